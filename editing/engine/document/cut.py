"""One piece of one clip: which part, how fast and which way round, how it looks and sounds, how it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationInfo, WithJsonSchema

from editing.engine import errors
from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document.effect import Effects
from editing.engine.document.speed import Speed, Step, played, steps
from editing.engine.document.types import (
    AfterStart,
    Between,
    ClipSeconds,
    Flag,
    Gain,
    Id,
    OneOf,
    Part,
    ReadAs,
    Share,
    ZeroIfAbsent,
    fail,
)
from editing.engine.exact import exact

MODES = ("crop", "pad", "blur", "track")  # each a framing of the same name in `editing.engine.graph.framing`
LONGEST_FREEZE, LONGEST_TRANSITION = 60.0, 5.0  # seconds

ClipId = Annotated[Id, Field(description="A clip of one's own, ready or pending.")]


@dataclass(frozen=True, slots=True)
class Focus(Part):
    """A point of the picture, 0..1 from its left and its top: what a crop keeps in view."""

    x: Share = 0.5
    y: Share = 0.5


@dataclass(frozen=True, slots=True)
class Reframe(Part):
    """How a picture of another aspect meets the canvas. A `track` looks for its subject itself, and shows the
    whole picture, on a blurred ground, where it is not sure of one."""

    mode: Annotated[str, OneOf(*MODES)] = "crop"
    focus: Focus = field(default_factory=Focus)


@dataclass(frozen=True, slots=True)
class Transition(Part):
    """How a cut takes over from the one before: for `seconds` both are seen and heard. Not on the first."""

    name: Annotated[str, OneOf(*TRANSITIONS)] = "fade"
    seconds: Annotated[float, Between(0, LONGEST_TRANSITION)] = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Part):
    """`start` to `end` of a clip. `speed` follows the order of playing, also in `reverse`."""

    clip: ClipId
    start: Annotated[ClipSeconds, ZeroIfAbsent]
    end: Annotated[ClipSeconds, AfterStart]
    speed: Speed = 1.0
    reframe: Reframe = field(default_factory=Reframe)
    reverse: Flag = False
    freeze: Annotated[float | None, ReadAs(None)] = None  # one that has it is read as `FrozenCut`
    mute: Flag = False
    gain: Gain = 0.0
    effects: Effects = ()
    transition: Transition | None = None

    @property
    def length(self) -> Fraction:
        """Seconds of the clip."""
        return exact(self.end) - exact(self.start)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its pace in the order of the clip, whichever way round it plays."""
        played = steps(self.speed, self.length)
        return played[::-1] if self.reverse else played

    @property
    def fastest(self) -> Fraction:
        return max(step.speed for step in self.steps)

    @property
    def seconds(self) -> Fraction:
        """How long it plays, exactly as its decimals say: frame counts must not hang on binary fractions."""
        if self.freeze is not None:
            return exact(self.freeze)
        return played(self.speed, self.length)

    @property
    def silent(self) -> bool:
        return self.mute or self.freeze is not None


def _no_end(end: Any, info: ValidationInfo) -> Any:
    if end != info.data.get("start", end):
        fail(errors.FrozenEnds())
    return end


_END = WithJsonSchema({"type": "number", "description": "The same as `start`."})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenCut(Part):
    """The picture at `start` of a clip, for `freeze` seconds, in silence."""

    clip: ClipId
    freeze: Annotated[float, Between(0, LONGEST_FREEZE)]
    start: ClipSeconds = 0.0
    end: Annotated[Any, AfterValidator(_no_end), _END] = None
    reframe: Reframe = field(default_factory=Reframe)
    effects: Effects = ()
    transition: Transition | None = None


def _as_cut(frozen: FrozenCut) -> Cut:
    shared = {name: getattr(frozen, name) for name in ("clip", "freeze", "reframe", "effects", "transition")}
    return Cut(start=frozen.start, end=frozen.start, **shared)


def _kind(value: Any) -> str:
    frozen = isinstance(value, Mapping) and value.get("freeze") is not None
    return "<FrozenCut>" if frozen else "<Cut>"


_FROZEN = Annotated[FrozenCut, AfterValidator(_as_cut), Tag("<FrozenCut>")]
Piece = Annotated[Cut, ReadAs(Annotated[Annotated[Cut, Tag("<Cut>")] | _FROZEN, Discriminator(_kind)])]
