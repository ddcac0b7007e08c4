"""A crop that tracks its subject, in plain values: what the analysis returns and the graph renders."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from editing.engine.geometry import Box

MIN_CONFIDENCE = 0.6  # below it the whole picture is shown instead of a crop


@dataclass(frozen=True, slots=True)
class SubjectSample:
    """The subject in one sampled frame, in fractions of the picture, 0…1: its `box` (left, top, right,
    bottom), and the range `low` to `high` of the crop's axis that the crop should show.

    `confidence`, 0…1: how much of everything that could be the subject fits into one crop."""

    seconds: float
    box: tuple[float, float, float, float]
    low: float
    high: float
    confidence: float
    face: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames `first` to `last` (not included) without a cut between them: how the camera moves in it
    (`steady`, `pan` or `track`), what located the subject (`faces`, or `interest`: the saliency map), and the
    confidence, 0…1."""

    first: int
    last: int
    move: str
    led_by: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CropTrack:
    """A moving crop. Its size is that of `box`; frame n, shown at `times[n]` seconds of the clip, is cropped
    at `positions[n]`, (x, y) in pixels."""

    box: Box
    times: tuple[float, ...]
    positions: tuple[tuple[int, int], ...]
    scenes: tuple[Scene, ...]
    samples: tuple[SubjectSample, ...]
    axis: int  # the crop moves along x (0) or y (1)

    @property
    def confidence(self) -> float:
        """Mean of the scenes', weighted by their lengths."""
        weighted = sum((scene.last - scene.first) * scene.confidence for scene in self.scenes)
        return weighted / len(self.times)

    @property
    def confident(self) -> bool:
        return self.confidence >= MIN_CONFIDENCE


def sendcmd_script(track: CropTrack, crop: str, *, since: float) -> str:
    """What ffmpeg's `sendcmd` filter reads: one line for every frame at which the filter named `crop` moves.

    `since`: the second of the clip that the filter sees as zero. A command is timed half-way between two
    frames, so that rounding cannot move it to a neighbouring frame.
    """
    return "".join(f"{second - since:.6f} {command};\n" for second, command in _commands(track, crop))


def _commands(track: CropTrack, crop: str) -> Iterator[tuple[float, str]]:
    frames = zip(track.times, track.positions, strict=True)
    for (before, (old_x, old_y)), (now, (x, y)) in pairwise(frames):
        moved = [f"{crop} x {x}"] * (x != old_x) + [f"{crop} y {y}"] * (y != old_y)
        if moved:
            yield (before + now) / 2, ", ".join(moved)
