"""From what was seen to where the crop stands in every frame, and how far to trust it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from editing.engine.geometry import Size, crop_box
from editing.engine.render.source import Source
from editing.engine.tracking.camera import Sought, directed
from editing.engine.tracking.crop_track import CropTrack, Scene, Sighting
from editing.engine.tracking.faces import faces
from editing.engine.tracking.proxy import watch
from editing.engine.tracking.saliency import Looker
from editing.engine.tracking.scenes import distance, scenes
from editing.engine.tracking.subject import Moment, sightings
from library.media.errors import Unreadable

LEAST_WEIGHT = 0.05  # of a sighting nobody trusts
Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Watched:
    """`distances` of each frame's picture from the one before; `looked` are the frames the moments are of."""

    times: tuple[float, ...]
    distances: NDArray[np.float64]
    looked: tuple[int, ...]
    moments: tuple[Moment, ...]

    @property
    def seldom(self) -> int:
        """Frames from one look to the next: a scene no shorter has been looked at."""
        return int(np.diff(self.looked).max(initial=1))


def follow(
    source: Source,
    target: Size,
    *,
    start: float = 0.0,
    end: float | None = None,
    on_frame: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> CropTrack:
    """How a crop of `source` in the aspect of `target` keeps its subject in view in the frames shown from
    `start` to `end` (not included), in seconds. The same file gives the same answer."""
    end = source.probe.seconds if end is None else end
    return planned(watched(source, start, end, on_frame=on_frame, check=check), source.size, target)


def watched(
    source: Source,
    start: float,
    end: float,
    *,
    on_frame: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> Watched:
    """Everything the plan needs to know of the clip. `on_frame` hears how many frames were watched.

    Raises Unreadable where there is no frame from `start` to `end`."""
    times: list[float] = []
    distances, looked, moments = [0.0], [], []
    looker, thumb = Looker(), None
    for frame in watch(source, start, end, check=check):
        if thumb is not None:
            distances.append(distance(thumb, frame.thumb))
        if frame.picture is not None:
            looked.append(len(times))
            moments.append(Moment(frame.seconds, looker.look(frame.picture), tuple(faces(frame.picture))))
        times.append(frame.seconds)
        thumb = frame.thumb
        if on_frame:
            on_frame(len(times))
    if not times:
        raise Unreadable()
    return Watched(tuple(times), np.array(distances), tuple(looked), tuple(moments))


def planned(seen: Watched, size: Size, target: Size) -> CropTrack:
    """The crop's place in every frame. `size` and `target` in pixels."""
    box = crop_box(size, target, (0.5, 0.5))
    axis = 0 if size[0] - box.width >= size[1] - box.height else 1
    reach = (box.width, box.height)[axis] / size[axis]
    found, paths, all_seen = [], [], []
    for first, last in scenes(seen.distances, seen.seldom):
        scene, path, sighted = _scene(seen, first, last, axis, reach)
        found.append(scene)
        paths.append(path)
        all_seen += sighted
    along = np.rint(np.concatenate(paths) * size[axis]).astype(int)
    along = np.clip(along, 0, size[axis] - (box.width, box.height)[axis])
    places = tuple((int(at), box.y) if axis == 0 else (box.x, int(at)) for at in along)
    return CropTrack(box, seen.times, places, tuple(found), tuple(all_seen), axis)


def _scene(
    seen: Watched, first: int, last: int, axis: int, reach: float
) -> tuple[Scene, NDArray[np.float64], list[Sighting]]:
    moments = _unmixed([seen.moments[n] for n, frame in enumerate(seen.looked) if first <= frame < last])
    sighted = sightings(moments, axis, reach)
    at = np.array([moment.seconds for moment in moments])
    move = directed(_sought(at, sighted, reach), reach)
    held = sum(one.trust for one in sighted) / len(moments) * (1 - move.missed)
    scene = Scene(first, last, move.name, "faces" if sighted[0].face else "interest", round(held, 3))
    return scene, _at_every_frame(at, move.path, np.array(seen.times[first:last]), 1 - reach), sighted


def _unmixed(moments: list[Moment]) -> list[Moment]:
    """Without the motion between the last scene's picture and this one's, which is none: it takes that of
    the moment after."""
    if len(moments) < 2:
        return moments
    first, second, *_ = moments
    return [replace(first, look=replace(first.look, motion=second.look.motion)), *moments[1:]]


def _sought(at: NDArray[np.float64], sighted: Sequence[Sighting], reach: float) -> Sought:
    """The sightings at every step; where there is none, nothing is sought. What is wider than the crop is
    sought by its middle."""
    low, high, weight = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
    for one in sighted:
        step = int(np.searchsorted(at, one.seconds - 1e-9))
        spare = max(0.0, one.high - one.low - reach) / 2
        low[step], high[step], weight[step] = one.low + spare, one.high - spare, max(one.trust, LEAST_WEIGHT)
    return Sought(low, high, weight)


def _at_every_frame(
    at: NDArray[np.float64], path: NDArray[np.float64], times: NDArray[np.float64], most: float
) -> NDArray[np.float64]:
    """The path between its steps, without overshooting them; after the last it goes on as it went."""
    if len(at) < 2:
        return np.full(len(times), path[0])
    speed = (path[-1] - path[-2]) / (at[-1] - at[-2])
    beyond = at[-1] + (at[-1] - at[-2])
    ends = np.clip(path[-1] + speed * (beyond - at[-1]), 0, most)
    return np.asarray(PchipInterpolator([*at, beyond], [*path, ends])(np.clip(times, at[0], beyond)))
