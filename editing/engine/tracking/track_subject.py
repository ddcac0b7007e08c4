"""From a clip to where the crop is in every frame, and with what confidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from editing.engine.geometry import Size, crop_box
from editing.engine.source import Source
from editing.engine.tracking.camera_path import SubjectRange, plan_move
from editing.engine.tracking.crop_track import CropTrack, Scene, SubjectSample
from editing.engine.tracking.faces import detect_faces
from editing.engine.tracking.frame_samples import sample_frames
from editing.engine.tracking.saliency import SaliencyAnalyser
from editing.engine.tracking.scenes import distance, scenes
from editing.engine.tracking.subject import FrameFeatures, locate_subject
from library.media.errors import Unreadable

MIN_WEIGHT = 0.05  # in the camera path, of a sample without any confidence
FACES, SALIENCY = "faces", "interest"  # what located the subject, in the API's words
Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A clip's frames: their `times` in seconds, the `distances` of each from the one before (frames,), which
    of them were `sampled`, and the `features` of those."""

    times: tuple[float, ...]
    distances: NDArray[np.float64]
    sampled: tuple[int, ...]
    features: tuple[FrameFeatures, ...]

    @property
    def sample_interval(self) -> int:
        """Most frames from one sample to the next: a scene no shorter holds a sample."""
        return int(np.diff(self.sampled).max(initial=1))


def track_subject(
    source: Source,
    target: Size,
    *,
    start: float = 0.0,
    end: float | None = None,
    on_frame: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> CropTrack:
    """How a crop of `source` in the aspect of `target` keeps its subject in view in the frames shown from
    `start` to `end` (not included), in seconds. Deterministic.

    `on_frame` gets the number of frames analysed so far; `check` may raise to stop. Raises Unreadable where
    there is no frame from `start` to `end`."""
    end = source.probe.seconds if end is None else end
    return plan_crop(analyse(source, start, end, on_frame=on_frame, check=check), source.size, target)


def analyse(
    source: Source,
    start: float,
    end: float,
    *,
    on_frame: Callable[[int], None] | None = None,
    check: Check | None = None,
) -> Analysis:
    """Everything the plan needs to know of the clip; parameters as of `track_subject`."""
    times: list[float] = []
    distances, sampled, features = [0.0], [], []
    analyser, thumbnail = SaliencyAnalyser(), None
    for frame in sample_frames(source, start, end, check=check):
        if thumbnail is not None:
            distances.append(distance(thumbnail, frame.thumbnail))
        if frame.picture is not None:
            sampled.append(len(times))
            maps, faces = analyser.analyse(frame.picture), tuple(detect_faces(frame.picture))
            features.append(FrameFeatures(frame.seconds, maps, faces))
        times.append(frame.seconds)
        thumbnail = frame.thumbnail
        if on_frame:
            on_frame(len(times))
    if not times:
        raise Unreadable()
    return Analysis(tuple(times), np.array(distances), tuple(sampled), tuple(features))


def plan_crop(analysis: Analysis, size: Size, target: Size) -> CropTrack:
    """The crop's position in every frame. `size` of the clip and `target` in pixels."""
    box = crop_box(size, target, (0.5, 0.5))
    axis = 0 if size[0] - box.width >= size[1] - box.height else 1
    extent = (box.width, box.height)[axis] / size[axis]
    found, paths, all_samples = [], [], []
    for first, last in scenes(analysis.distances, analysis.sample_interval):
        scene, path, samples = _plan_scene(analysis, first, last, axis, extent)
        found.append(scene)
        paths.append(path)
        all_samples += samples
    along = np.rint(np.concatenate(paths) * size[axis]).astype(int)
    along = np.clip(along, 0, size[axis] - (box.width, box.height)[axis])
    positions = tuple((int(at), box.y) if axis == 0 else (box.x, int(at)) for at in along)
    return CropTrack(box, analysis.times, positions, tuple(found), tuple(all_samples), axis)


def _plan_scene(
    analysis: Analysis, first: int, last: int, axis: int, extent: float
) -> tuple[Scene, NDArray[np.float64], list[SubjectSample]]:
    """The scene of frames `first` to `last` (not included), the camera path over them (frames,), and the
    subject in its samples."""
    inside = [n for n, frame in enumerate(analysis.sampled) if first <= frame < last]
    features = _without_cut_motion([analysis.features[n] for n in inside])
    samples = locate_subject(features, axis, extent)
    at = np.array([one.seconds for one in features])
    move = plan_move(_subject_range(at, samples, extent), extent)
    confidence = sum(one.confidence for one in samples) / len(features) * (1 - move.missed)
    led_by = FACES if samples[0].face else SALIENCY
    scene = Scene(first, last, move.name, led_by, round(confidence, 3))
    path = _at_every_frame(at, move.path, np.array(analysis.times[first:last]), 1 - extent)
    return scene, path, samples


def _without_cut_motion(features: list[FrameFeatures]) -> list[FrameFeatures]:
    """The first sample's motion was measured against the last picture of another scene, which means nothing:
    the next sample's stands in for it."""
    if len(features) < 2:
        return features
    first, second, *_ = features
    return [replace(first, maps=replace(first.maps, motion=second.maps.motion)), *features[1:]]


def _subject_range(at: NDArray[np.float64], samples: Sequence[SubjectSample], extent: float) -> SubjectRange:
    """The samples as constraints at every step; a step without one has no weight. A subject wider than the
    crop is represented by its middle."""
    low, high, weight = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
    for one in samples:
        step = int(np.searchsorted(at, one.seconds - 1e-9))
        spare = max(0.0, one.high - one.low - extent) / 2
        low[step], high[step] = one.low + spare, one.high - spare
        weight[step] = max(one.confidence, MIN_WEIGHT)
    return SubjectRange(low, high, weight)


def _at_every_frame(
    at: NDArray[np.float64], path: NDArray[np.float64], times: NDArray[np.float64], most: float
) -> NDArray[np.float64]:
    """The path interpolated between its steps, without overshoot; after the last step it keeps its speed."""
    if len(at) < 2:
        return np.full(len(times), path[0])
    speed = (path[-1] - path[-2]) / (at[-1] - at[-2])
    beyond = at[-1] + (at[-1] - at[-2])
    ends = np.clip(path[-1] + speed * (beyond - at[-1]), 0, most)
    return np.asarray(PchipInterpolator([*at, beyond], [*path, ends])(np.clip(times, at[0], beyond)))
