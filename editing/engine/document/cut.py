"""One piece of one clip: which part, how fast and which way round, how it looks and sounds, how it begins."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from editing.engine import errors
from editing.engine.document.effect import Effect, read_effects
from editing.engine.document.interval import read_interval
from editing.engine.document.reframe import Reframe, read_reframe
from editing.engine.document.speed import Speed, Step, read_speed, steps
from editing.engine.document.transition import Transition, read_transition
from editing.engine.fields import Fields
from editing.engine.timing.exact import exact

LONGEST_CLIP = 36_000.0  # seconds
LONGEST_FREEZE = 60.0
GAINS = (-60.0, 20.0)  # decibels


@dataclass(frozen=True, slots=True)
class Cut:
    """`start` to `end` of a clip; with `freeze`, the picture at `start` for so many seconds, in silence.

    `speed` follows the order of playing, also in `reverse`. `transition` leads in from the cut before."""

    clip: str
    start: float
    end: float
    speed: Speed = 1.0
    reframe: Reframe = field(default_factory=Reframe)
    reverse: bool = False
    freeze: float | None = None
    mute: bool = False
    gain: float = 0.0
    effects: tuple[Effect, ...] = ()
    transition: Transition | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its pace in the order of the clip, whichever way round it plays."""
        played = steps(self.speed, exact(self.end) - exact(self.start))
        return played[::-1] if self.reverse else played

    @property
    def fastest(self) -> Fraction:
        return max(step.speed for step in self.steps)

    @property
    def seconds(self) -> Fraction:
        """How long it plays, exactly as its decimals say: frame counts must not hang on binary fractions."""
        if self.freeze is not None:
            return exact(self.freeze)
        return sum((step.seconds for step in self.steps), start=Fraction(0))

    @property
    def silent(self) -> bool:
        return self.mute or self.freeze is not None


def read_cut(fields: Fields) -> Cut:
    clip, reframe = fields.text("clip", 500), read_reframe(fields.object("reframe", default=None))
    effects = read_effects(fields)
    transition = read_transition(fields.object("transition", default=None))
    cut = _frozen(fields, clip) if fields.has("freeze") else _playing(fields, clip)
    fields.end()
    return replace(cut, reframe=reframe, effects=effects, transition=transition)


def _frozen(fields: Fields, clip: str) -> Cut:
    start, seconds = (
        fields.number("start", 0, LONGEST_CLIP, default=0.0),
        fields.number("freeze", 0, LONGEST_FREEZE),
    )
    if fields.has("end") and fields.values["end"] != start:
        fields.note(errors.FrozenEnds(field=fields.at("end")))
    return Cut(clip, start, start, freeze=seconds)


def _playing(fields: Fields, clip: str) -> Cut:
    start, end = read_interval(fields, LONGEST_CLIP)
    return Cut(
        clip,
        start,
        end,
        speed=read_speed(fields),
        reverse=fields.boolean("reverse"),
        mute=fields.boolean("mute"),
        gain=fields.number("gain", *GAINS, default=0.0),
    )
