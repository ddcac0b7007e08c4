"""Where the subject is in every sample of a scene: its faces, or else the peak of the saliency map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from editing.engine.tracking.crop_track import SubjectSample
from editing.engine.tracking.faces import Face
from editing.engine.tracking.saliency import Map, SaliencyMaps, saliency

CORE = (0.1, 0.9)  # quantiles of the saliency within the crop between which the subject's box is drawn
TOLERANCE = 0.05  # of the crop's extent: how far the crop may be from where it would show the most
EDGE_LOSS = 0.25  # how much less saliency counts at the edge of the crop than in its middle
BUST = (0.5, 0.5, 0.5, 1.5)  # of a face's width or height: the hair and shoulders that belong to it
FACE_ZONE = 0.6  # of the crop's extent, around its middle: where faces are kept
MIN_FACE_SHARE = 0.5  # of a scene's samples must show a face for faces to locate the subject


@dataclass(frozen=True, slots=True)
class FrameFeatures:
    """What was computed of the sample at `seconds` of the clip."""

    seconds: float
    maps: SaliencyMaps
    faces: tuple[Face, ...] = ()


def locate_subject(features: Sequence[FrameFeatures], axis: int, extent: float) -> list[SubjectSample]:
    """The subject through one scene, for a crop that moves along `axis` (0: x, 1: y) and covers `extent`
    (0…1) of it. Where faces decide, a sample without a face gives none."""
    with_faces = [one for one in features if one.faces]
    if len(with_faces) >= MIN_FACE_SHARE * len(features):
        return [_by_faces(one, axis, extent) for one in with_faces]
    maps = saliency([one.maps for one in features])
    return [_by_saliency(one.seconds, found, axis, extent) for one, found in zip(features, maps, strict=True)]


def _by_faces(features: FrameFeatures, axis: int, extent: float) -> SubjectSample:
    """The group of faces, busts included, that fits into one crop and covers most; else the largest face."""
    busts = {face: _bust(face) for face in features.faces}
    starts = [bust[axis] for bust in busts.values()]
    groups = [
        [face for face, bust in busts.items() if start <= bust[axis] and bust[axis + 2] <= start + extent]
        for start in starts
    ]
    chosen = max(groups, key=_area) or [max(busts, key=lambda face: face.area)]
    boxes = np.array([busts[face] for face in chosen])
    left, top, right, bottom = map(float, (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))
    low, high = ((left, right), (top, bottom))[axis]
    spare = max(0.0, FACE_ZONE * extent - (high - low)) / 2
    confidence = _area(chosen) / _area(busts) * float(np.mean([face.confidence for face in chosen]))
    box = (left, top, right, bottom)
    return SubjectSample(features.seconds, box, low - spare, high + spare, confidence, face=True)


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


def _by_saliency(seconds: float, found: Map, axis: int, extent: float) -> SubjectSample:
    """Where a crop shows the most squared saliency: many faint spots must not outweigh one strong one."""
    energy = found if axis == 0 else found.T
    energy = energy**2 + 1e-9
    first, last, confidence = _window(energy.sum(axis=0), extent)
    size = energy.shape[1]
    start, end = first / size, last / size
    across = [start + part * (end - start) for part in _core(energy[:, first:last].sum(axis=0))]
    down = _core(energy[:, first:last].sum(axis=1))
    (left, right), (top, bottom) = (across, down) if axis == 0 else (down, across)
    slack = TOLERANCE * extent
    return SubjectSample(seconds, (left, top, right, bottom), start + slack, end - slack, confidence)


def _window(profile: NDArray[np.float32], extent: float) -> tuple[int, int, float]:
    """(first, one after the last) cell of the window of `extent` that holds most, and its share of the whole.

    Its middle counts a little more than its edges: without that, whatever fits into the window could as well
    be at its edge."""
    size = min(len(profile), max(1, round(extent * len(profile))))
    weights = 1 - EDGE_LOSS + EDGE_LOSS * np.hanning(size + 2)[1:-1]
    first = int(np.convolve(profile, weights, mode="valid").argmax())
    return first, first + size, float(profile[first : first + size].sum() / profile.sum())


def _core(profile: NDArray[np.float32]) -> tuple[float, float]:
    """The quantiles CORE of a profile, as fractions, 0…1, of its length."""
    total = np.concatenate([[0.0], np.cumsum(profile)]) / profile.sum()
    low, high = np.interp(CORE, total, np.linspace(0, 1, len(total)))
    return float(low), float(high)
