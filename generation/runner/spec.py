"""What is asked of a model, frozen."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generation.runner.model_spec import STD
from library.media import shapes

SHORTEST, LONGEST = 0.1, 120.0


@dataclass(frozen=True, slots=True)
class Scene:
    """From `at` seconds of what is made up, `prompt` says what is shown."""

    at: float
    prompt: str


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A picture that the clip passes through, `at` seconds from its beginning (of what is made up)."""

    at: float
    picture: Path


@dataclass(frozen=True, slots=True)
class GenerationSpec:
    """One clip to make.

    `seconds` of video at `fps`, delivered with `short_side` pixels on its short side in the shape of
    `aspect`. `steps` and `guidance` are the model's own where None: those of `quality` (std or pro).
    `first_frame` and `last_frame` are pictures, and so are those of `keyframes`, on the way; `extends` is a
    video that the result begins with and goes on from, by `seconds` more. `camera` is one of `camera.MOVES`.
    `scenes`, in order, take the place of `prompt` one after another.
    """

    prompt: str
    negative_prompt: str = ""
    seconds: float = 5.0
    aspect: str = "16:9"
    short_side: int = 720
    fps: int = shapes.FRAME_RATE
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    first_frame: Path | None = None
    last_frame: Path | None = None
    keyframes: tuple[Keyframe, ...] = ()
    extends: Path | None = None
    scenes: tuple[Scene, ...] = ()
    quality: str = STD
    camera: str | None = None

    @property
    def frames(self) -> int:
        """Delivered frames that the model has to make up (those of an extended video not counted)."""
        return max(1, round(self.seconds * self.fps))

    @property
    def size(self) -> tuple[int, int]:
        """Delivered (width, height) in pixels."""
        return shapes.delivery_size(self.aspect, self.short_side)

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe; paths as their file names, for a path means nothing on another machine."""
        return {name: _safe(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any], **files: Any) -> "GenerationSpec":
        """The brief that `as_dict` has written; where it had files, `files` says where they are now."""
        scenes = tuple(Scene(**scene) for scene in kept.get("scenes", ()))
        names = cls.__dataclass_fields__.keys() & kept.keys()
        plain = {name: kept[name] for name in names} | {"scenes": scenes, "keyframes": ()}
        return cls(**(plain | files))


def _safe(value: Any) -> Any:
    if isinstance(value, tuple):
        return [{name: _safe(part) for name, part in each.items()} for each in value]
    return value.name if isinstance(value, Path) else value
