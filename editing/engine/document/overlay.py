"""What is laid over the clips and under them: captions, stickers, music."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import Field, Strict

from editing.engine.catalogue.styles import STYLES
from editing.engine.document.types import (
    AfterStart,
    Between,
    ClipSeconds,
    EditSeconds,
    Flag,
    Gain,
    Id,
    OneOf,
    Part,
    Readable,
    Share,
    ZeroIfAbsent,
)
from editing.engine.exact import exact
from library.media.shapes import even

MOST_LETTERS = 300
WIDTHS = (0.01, 2.0)  # of a sticker, as a part of the canvas's
LONGEST_FADE = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption(Part):
    """Words on the picture, from `start` to `end` seconds of the edit."""

    text: Annotated[str, Strict(), Field(min_length=1, max_length=MOST_LETTERS), Readable]
    start: Annotated[EditSeconds, ZeroIfAbsent]
    end: Annotated[EditSeconds, AfterStart]
    style: Annotated[str, OneOf(*STYLES)] = "subtitle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker(Part):
    """A still from `start` to `end` seconds of the edit, its middle at `x`, `y` (0..1 of the canvas),
    `width` a part of the canvas's; its height follows its own aspect. `opacity` 0..1."""

    still: Annotated[Id, Field(description="A still of one's own.")]
    start: Annotated[EditSeconds, ZeroIfAbsent]
    end: Annotated[EditSeconds, AfterStart]
    x: Share = 0.5
    y: Share = 0.5
    width: Annotated[float, Between(*WIDTHS), Field(description="A part of the canvas's.")] = 0.25
    opacity: Share = 1.0

    def size(self, still: tuple[int, int], canvas: tuple[int, int]) -> tuple[int, int]:
        """(width, height) in pixels on a `canvas`, both even, in the aspect of the `still`."""
        width = even(self.width * canvas[0])
        return width, even(width * still[1] / still[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Music(Part):
    """`start` to `end` (None: all there is) of a track, from `at` in the edit on and no longer than the edit.

    `gain` in decibels; fades in seconds; with `duck` it steps back while the clips are heard."""

    track: Annotated[Id, Field(description="A track of one's own, ready or pending.")]
    at: Annotated[EditSeconds, Field(description="When in the edit it begins.")] = 0.0
    start: ClipSeconds = 0.0
    end: Annotated[ClipSeconds | None, AfterStart] = None
    gain: Gain = 0.0
    fade_in: Annotated[float, Between(0, LONGEST_FADE)] = 0.0
    fade_out: Annotated[float, Between(0, LONGEST_FADE)] = 0.0
    duck: Annotated[Flag, Field(description="Step back while the clips are heard.")] = False

    def seconds(self, track: float, edit: Fraction) -> Fraction:
        """How long it is heard, of a track and in an edit of so many seconds; not above zero: not at all."""
        last = exact(track) if self.end is None else min(exact(self.end), exact(track))
        return min(last - exact(self.start), edit - exact(self.at))
