"""The whole edit document, and the canvas and the delivery it is laid out for."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field

from editing.engine import errors
from editing.engine.document.cut import Piece
from editing.engine.document.frame_grid import frame_ranges
from editing.engine.document.overlay import Caption, Music, Sticker
from editing.engine.document.types import Between, EditSeconds, Items, OneOf, Part, ReadAs, Whole, fail
from editing.engine.exact import exact
from library.media.shapes import ASPECTS, FRAME_RATE, delivery_size

UPSCALERS = ("lanczos", "ai")
INTERPOLATIONS = ("none", "motion")
MOST_PIXELS_LONG, SHORT_SIDES = 5120, (32, 2160)
MOST_PIXELS, MOST_ASPECT = 5120 * 2880, 4  # of the canvas and of what is delivered; long side to short
LOUDNESS = (-30.0, -8.0)  # LUFS
MOST_CLIPS, MOST_CAPTIONS, MOST_STICKERS, MOST_MUSIC = 32, 200, 16, 8


def _even(size: tuple[int, int]) -> tuple[int, int]:
    if any(side % 2 for side in size):
        fail(errors.OddSize(accepted=[side // 2 * 2 for side in size]))
    return size


Side = Annotated[int, Whole(32, MOST_PIXELS_LONG), Field(json_schema_extra={"multipleOf": 2})]
Size = Annotated[
    tuple[int, int],
    ReadAs(tuple[Side, ...]),
    Items(2, 2),
    AfterValidator(_even),
    Field(description="Width and height, even numbers."),
]
NO_SIZE = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas(Part):
    """What the edit is laid out on: either an aspect of the feed, at 720p, or a size of its own."""

    size: Size = field(default_factory=lambda: NO_SIZE)
    aspect: Annotated[str, OneOf(*ASPECTS)] | None = None
    fps: Annotated[int, Whole(1, 60)] = FRAME_RATE


def _sized(canvas: Canvas) -> Canvas:
    """The canvas with the size that its aspect has."""
    return replace(canvas, size=delivery_size(canvas.aspect)) if canvas.aspect else canvas


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Part):
    """`short_side` in pixels; None leaves the canvas as it is. `loudness` in LUFS; None leaves the sound.

    `interpolation` "motion" draws what lies between two pictures where a clip has fewer a second than the
    canvas; otherwise they repeat."""

    short_side: Annotated[int, Whole(*SHORT_SIDES)] | None = None
    upscaler: Annotated[str, OneOf(*UPSCALERS)] = "lanczos"
    loudness: Annotated[float, Between(*LOUDNESS), Field(description="LUFS.")] | None = None
    interpolation: Annotated[str, OneOf(*INTERPOLATIONS)] = "none"


@dataclass(frozen=True, slots=True)
class Document(Part):
    """The whole edit. Times in seconds: `start` and `end` of a clip or a track are its own; those of captions
    and stickers, `music.at` and `cover` are the edit's.

    `cover` is the moment that stands for it; None leaves that to the library."""

    canvas: Annotated[Canvas, AfterValidator(_sized)]
    clips: Annotated[tuple[Piece, ...], Items(1, MOST_CLIPS)]
    captions: Annotated[tuple[Caption, ...], Items(0, MOST_CAPTIONS)] = ()
    delivery: Delivery = field(default_factory=Delivery)
    stickers: Annotated[tuple[Sticker, ...], Items(0, MOST_STICKERS)] = ()
    music: Annotated[tuple[Music, ...], Items(0, MOST_MUSIC)] = ()
    cover: Annotated[EditSeconds | None, Field(description="The moment that stands for the whole.")] = None

    @property
    def named(self) -> frozenset[str]:
        """Every clip, still and track it needs."""
        laid = (*(one.still for one in self.stickers), *(one.track for one in self.music))
        return frozenset((*(cut.clip for cut in self.clips), *laid))

    @property
    def seconds(self) -> Fraction:
        """How long it plays: a transition shortens it by what it overlaps."""
        played = sum((cut.seconds for cut in self.clips), start=Fraction(0))
        return played - sum(exact(cut.transition.seconds) for cut in self.clips if cut.transition)

    @property
    def frames(self) -> int:
        *_, end = frame_ranges(self.clips, self.canvas.fps)
        return end.last

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, even numbers, of what is delivered."""
        canvas, short = self.canvas, self.delivery.short_side
        if short is None:
            return canvas.size
        return delivery_size(canvas.aspect, short) if canvas.aspect else scaled(canvas.size, short)


def scaled(size: tuple[int, int], short: int) -> tuple[int, int]:
    """`size` with its short side at `short` pixels, both sides even."""
    width, height = (2 * round(side * short / min(size) / 2) for side in size)
    return width, height
