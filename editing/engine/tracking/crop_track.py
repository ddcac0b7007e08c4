"""A crop that follows its subject, in plain values: what the analysis finds and the graph draws."""

from dataclasses import dataclass

from editing.engine.geometry import Box

TRUSTED = 0.6  # the least trust in a subject that a crop may follow


@dataclass(frozen=True, slots=True)
class Sighting:
    """The subject at one moment, in parts of the picture, 0…1: its `box` (left, top, right, bottom), from
    where to where the crop should see along its axis, and how far to trust that (`trust`: the part of all
    that could be the subject which a crop can hold)."""

    seconds: float
    box: tuple[float, float, float, float]
    low: float
    high: float
    trust: float
    face: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: frames `first` to `last` (not included), how the camera moves through it (`steady`, `pan`
    or `track`), what led it (`faces` or `interest`), and how far to trust it, 0…1."""

    first: int
    last: int
    move: str
    led_by: str
    trust: float


@dataclass(frozen=True, slots=True)
class CropTrack:
    """A crop that follows: its size is `box`'s, its place in frame n, shown at `times[n]` seconds of the
    clip, is `places[n]` in pixels (x, y)."""

    box: Box
    times: tuple[float, ...]
    places: tuple[tuple[int, int], ...]
    scenes: tuple[Scene, ...]
    seen: tuple[Sighting, ...]
    axis: int  # the crop moves along x (0) or y (1)

    @property
    def trust(self) -> float:
        """That of its scenes, by their lengths."""
        return sum((scene.last - scene.first) * scene.trust for scene in self.scenes) / len(self.times)

    @property
    def sure(self) -> bool:
        return self.trust >= TRUSTED
