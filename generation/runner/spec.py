"""One generation request: what REST, the command line, the job and the capsule share.

An option is declared here once, with type, default, bounds and help. REST (`generation.serializers`) and the
command line are built from these declarations.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from generation.runner.camera import MOVES
from generation.runner.model_spec import QUALITIES, STD
from generation.runner.option import declared, option
from generation.runner.prompt_parser.summary import ParsedPrompt
from library.media import shapes

SHORTEST, LONGEST = 0.1, 120.0  # seconds
LEAST_SIDE, MOST_SIDE = 64, 2160  # pixels
LEAST_FPS, MOST_FPS = 8, 60  # the slowest model's own rate; what phones show
LEAST_STEPS, MOST_STEPS = 1, 100
LEAST_GUIDANCE, MOST_GUIDANCE = 1.0, 20.0
LONGEST_PROMPT = 2000
MOST_KEYFRAMES, MOST_SCENES = 8, 24
LARGEST_SEED = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8259, 6)

# The id of a still or clip where a request is stored, the path of a file where it is carried out.
Reference = str | Path
Find = Callable[[str, Reference], Reference | None]


@dataclass(frozen=True, slots=True)
class Scene:
    """From `at` seconds of what is made up, `prompt` says what is shown."""

    at: float = option(help="Seconds from the beginning of what is made up.", least=0, most=LONGEST)
    prompt: str = option(longest=LONGEST_PROMPT)
    understood: ParsedPrompt | None = None
    cut: str | None = None


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A picture that the clip passes through, `at` seconds from its beginning (of what is made up)."""

    at: float = option(help="Seconds from the beginning of the clip.", least=0, most=LONGEST)
    still: Reference | None = option(reference="still")

    @property
    def name(self) -> str:
        return f"keyframe {self.at}"


@dataclass(frozen=True, slots=True)
class GenerationSpec:
    """One clip to make: `seconds` of video at `fps`, `short_side` pixels on the short side of `aspect`.

    `steps` and `guidance` are the model's own where None: those of `quality` (std or pro). `extends` is a
    video that the result begins with and goes on from, by `seconds` more. `scenes`, in order, take the place
    of `prompt` one after another. `understood`, and that of each scene, is what the prompt parser made of the
    prompt (`prompts.parsed`): None before, and for a model that takes prompts as they are written. `cut` is
    what the model does not read of it (`prompts.measured`).
    """

    prompt: str = option(help="What is to be seen.", longest=LONGEST_PROMPT)
    negative_prompt: str = option("", help="What is not to be seen.", longest=LONGEST_PROMPT)
    seconds: float = option(5.0, help="How long it is.", least=SHORTEST, most=LONGEST)
    aspect: str = option("16:9", help="Width to height.", choices=tuple(shapes.ASPECTS))
    short_side: int = option(720, help="Pixels of the short side.", least=LEAST_SIDE, most=MOST_SIDE)
    fps: int = option(
        shapes.FRAME_RATE,
        help="Frames a second: what is between the model's own frames follows their motion.",
        least=LEAST_FPS,
        most=MOST_FPS,
    )
    seed: int | None = option(
        None,
        help=f"The same seed makes the same clip, another one another. From 0 to {LARGEST_SEED}.",
        least=0,
        most=LARGEST_SEED,
    )
    steps: int | None = option(
        None, help="The model's own number where left out.", least=LEAST_STEPS, most=MOST_STEPS
    )
    guidance: float | None = option(
        None, help="The model's own scale where left out.", least=LEAST_GUIDANCE, most=MOST_GUIDANCE
    )
    first_frame: Reference | None = option(None, help="The picture it begins with.", reference="still")
    last_frame: Reference | None = option(None, help="The picture it ends on.", reference="still")
    keyframes: tuple[Keyframe, ...] = option((), help="Pictures on the way.", longest=MOST_KEYFRAMES)
    extends: Reference | None = option(None, help="The video it goes on from.", reference="clip")
    scenes: tuple[Scene, ...] = option(
        (),
        help="From its second on, each takes the prompt's place. At least a second apart.",
        longest=MOST_SCENES,
    )
    quality: str = option(
        STD,
        help="Pro takes more steps, and a larger native size where the model has one; it costs more.",
        choices=QUALITIES,
    )
    camera: str | None = option(None, help="A camera move.", choices=tuple(MOVES))
    understood: ParsedPrompt | None = None
    cut: str | None = None

    @property
    def frames(self) -> int:
        """Delivered frames that the model has to make up (those of an extended video not counted)."""
        return max(1, round(self.seconds * self.fps))

    @property
    def size(self) -> tuple[int, int]:
        """Delivered (width, height) in pixels."""
        return shapes.delivery_size(self.aspect, self.short_side)

    @property
    def every_scene(self) -> tuple[Scene, ...]:
        """The scenes, that of `prompt` first."""
        return (Scene(0.0, self.prompt, self.understood, self.cut), *self.scenes)

    def references(self) -> list[tuple[str, Reference]]:
        """What it refers to, by name: first_frame, last_frame, extends, "keyframe 0.5"."""
        named = [(name, getattr(self, name)) for name in REFERENCES]
        named += [(each.name, each.still) for each in self.keyframes]
        return [(name, reference) for name, reference in named if reference is not None]

    def with_references(self, find: Find) -> "GenerationSpec":
        """The same with `find(name, reference)` in the place of every reference; names as in `references`."""
        found: dict[str, Any] = {
            name: find(name, known) for name in REFERENCES if (known := getattr(self, name)) is not None
        }
        keyframes = tuple(
            replace(each, still=None if each.still is None else find(each.name, each.still))
            for each in self.keyframes
        )
        return replace(self, **found, keyframes=keyframes)

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe; paths as their file names, for a path means nothing on another machine."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "GenerationSpec":
        """The spec that `as_dict` wrote, its references as the strings they were written as; options that
        came after it was written have their defaults."""
        known = {name: kept[name] for name in cls.__dataclass_fields__.keys() & kept.keys()}
        known["keyframes"] = tuple(Keyframe(each["at"], each["still"]) for each in kept.get("keyframes", ()))
        known["scenes"] = tuple(
            Scene(each["at"], each["prompt"], _parsed(each.get("understood")), each.get("cut"))
            for each in kept.get("scenes", ())
        )
        return cls(**known | {"understood": _parsed(kept.get("understood"))})


REFERENCES = tuple(each.name for each in declared(GenerationSpec) if each.reference)


def _parsed(kept: Mapping[str, Any] | None) -> ParsedPrompt | None:
    return None if kept is None else ParsedPrompt(**{**kept, "missing": tuple(kept["missing"])})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.name if isinstance(value, Path) else value
