"""Where the subject is at every moment of a scene: its faces, or else the middle of what is of interest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from editing.engine.tracking.crop_track import Sighting
from editing.engine.tracking.faces import Face
from editing.engine.tracking.saliency import Look, Map, interest

CORE = (0.1, 0.9)  # of the interest within reach: between these the subject is drawn to lie
PLAY = 0.05  # of the reach: how far the crop may stand from where it would see the most
LEANING = 0.25  # how much less the edge of the crop counts than its middle
BUST = (0.5, 0.5, 0.5, 1.5)  # of a face's width or height: what of hair and shoulders belongs to it
COMPOSED = 0.6  # of the reach: faces are kept within so much of its middle, not at its edges
ENOUGH = 0.5  # of a scene's moments must show a face for faces to lead


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen `seconds` into the clip."""

    seconds: float
    look: Look
    faces: tuple[Face, ...] = ()


def sightings(moments: Sequence[Moment], axis: int, reach: float) -> list[Sighting]:
    """The subject through one scene, for a crop that moves along `axis` (0: x, 1: y) and sees `reach` (0…1)
    of it. Led by faces, a moment without one gives no sighting."""
    seen = [moment for moment in moments if moment.faces]
    if len(seen) >= ENOUGH * len(moments):
        return [_of_faces(moment, axis, reach) for moment in seen]
    maps = interest([moment.look for moment in moments])
    return [_of_interest(moment.seconds, one, axis, reach) for moment, one in zip(moments, maps, strict=True)]


def _of_faces(moment: Moment, axis: int, reach: float) -> Sighting:
    """The faces, busts and all, that fit into one crop and cover most; else the largest."""
    busts = {face: _bust(face) for face in moment.faces}
    starts = [bust[axis] for bust in busts.values()]
    groups = [
        [face for face, bust in busts.items() if start <= bust[axis] and bust[axis + 2] <= start + reach]
        for start in starts
    ]
    chosen = max(groups, key=_area) or [max(busts, key=lambda face: face.area)]
    boxes = np.array([busts[face] for face in chosen])
    left, top, right, bottom = map(float, (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))
    low, high = ((left, right), (top, bottom))[axis]
    spare = max(0.0, COMPOSED * reach - (high - low)) / 2
    trust = _area(chosen) / _area(busts) * float(np.mean([face.trust for face in chosen]))
    return Sighting(moment.seconds, (left, top, right, bottom), low - spare, high + spare, trust, face=True)


def _area(faces: Iterable[Face]) -> float:
    return sum(face.area for face in faces)


def _bust(face: Face) -> tuple[float, float, float, float]:
    wide, tall = face.right - face.left, face.bottom - face.top
    return (
        max(face.left - BUST[0] * wide, 0.0),
        max(face.top - BUST[1] * tall, 0.0),
        min(face.right + BUST[2] * wide, 1.0),
        min(face.bottom + BUST[3] * tall, 1.0),
    )


def _of_interest(seconds: float, one: Map, axis: int, reach: float) -> Sighting:
    """Where a crop sees the most of the squared interest: many faint spots do not outweigh a strong one."""
    energy = one if axis == 0 else one.T
    energy = energy**2 + 1e-9
    first, last, trust = _window(energy.sum(axis=0), reach)
    size = energy.shape[1]
    start, end = first / size, last / size
    across = [start + part * (end - start) for part in _core(energy[:, first:last].sum(axis=0))]
    down = _core(energy[:, first:last].sum(axis=1))
    (left, right), (top, bottom) = (across, down) if axis == 0 else (down, across)
    play = PLAY * reach
    return Sighting(seconds, (left, top, right, bottom), start + play, end - play, trust)


def _window(profile: NDArray[np.float32], reach: float) -> tuple[int, int, float]:
    """(first, after the last) of the cells of the `reach` that holds most, and what share of all it holds.
    What is in its middle counts a little more, or whatever fits into it could stand at its edge."""
    size = min(len(profile), max(1, round(reach * len(profile))))
    leaning = 1 - LEANING + LEANING * np.hanning(size + 2)[1:-1]
    first = int(np.convolve(profile, leaning, mode="valid").argmax())
    return first, first + size, float(profile[first : first + size].sum() / profile.sum())


def _core(profile: NDArray[np.float32]) -> tuple[float, float]:
    """Between which parts, 0…1, of its length the middle of the profile's sum lies."""
    total = np.concatenate([[0.0], np.cumsum(profile)]) / profile.sum()
    low, high = np.interp(CORE, total, np.linspace(0, 1, len(total)))
    return float(low), float(high)
