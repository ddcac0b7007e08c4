"""The edit document: what the clip shall be, in frozen values. It says what, never how.

Times are seconds; a clip's `start` and `end` are its own, a caption's are the edit's.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from editing.engine import errors
from editing.engine.fields import Fields
from library.media.shapes import ASPECTS, FRAME_RATE, delivery_size

VERSION = 1
MODES = ("crop", "pad", "blur")
UPSCALERS = ("lanczos",)
STYLES = ("subtitle", "title", "top")
MOST_CLIPS, MOST_CAPTIONS, MOST_SECONDS, MOST_PIXELS_LONG = 32, 200, 600.0, 5120
LONGEST_CLIP = 36_000.0  # seconds
SPEEDS = (0.25, 4.0)


@dataclass(frozen=True, slots=True)
class Canvas:
    """What the edit is laid out on: one of the feed's aspects at 720p, or a `size` of its own."""

    size: tuple[int, int]
    aspect: str | None = None
    fps: int = FRAME_RATE


@dataclass(frozen=True, slots=True)
class Reframe:
    """How a picture of another aspect meets the canvas; `focus` (0..1 each) is what a crop keeps in view."""

    mode: str = "crop"
    focus: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Cut:
    """`start` to `end` of a clip, `speed` times as fast."""

    clip: str
    start: float
    end: float
    speed: float = 1.0
    reframe: Reframe = field(default_factory=Reframe)

    @property
    def seconds(self) -> Fraction:
        """How long it plays, exactly as its decimals say: frame counts must not hang on binary fractions."""
        return (exact(self.end) - exact(self.start)) / exact(self.speed)


@dataclass(frozen=True, slots=True)
class Caption:
    text: str
    start: float
    end: float
    style: str = "subtitle"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`short_side` in pixels; None leaves the canvas as it is."""

    short_side: int | None = None
    upscaler: str = "lanczos"


@dataclass(frozen=True, slots=True)
class Document:
    canvas: Canvas
    clips: tuple[Cut, ...]
    captions: tuple[Caption, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)

    @property
    def seconds(self) -> Fraction:
        return sum((cut.seconds for cut in self.clips), start=Fraction(0))

    @property
    def frames(self) -> int:
        return nearest(self.seconds * self.canvas.fps)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of what is delivered, even numbers."""
        short = self.delivery.short_side
        if short is None:
            return self.canvas.size
        return (
            delivery_size(self.canvas.aspect, short)
            if self.canvas.aspect
            else scaled(self.canvas.size, short)
        )


def exact(number: float) -> Fraction:
    """The number its shortest decimal form says: 0.1 is a tenth."""
    return Fraction(repr(float(number)))


def nearest(number: Fraction) -> int:
    """The nearest whole number, halves upward, so that steps of one or more never round to nothing."""
    return math.floor(number + Fraction(1, 2))


def scaled(size: tuple[int, int], short: int) -> tuple[int, int]:
    """`size` with its short side at `short` pixels, both sides even."""
    width, height = (2 * round(side * short / min(size) / 2) for side in size)
    return width, height


def parse(value: Any) -> Document:
    """The document in `value` (as json.loads gives it). Raises DocumentInvalid with all its problems."""
    problems: list[errors.Problem] = []
    root = Fields(value, "", problems)
    if root.readable:
        root.choice("version", (VERSION,))
    canvas = _canvas(root.object("canvas"))
    clips = tuple(_cut(one) for one in root.objects("clips", 1, MOST_CLIPS))
    captions = tuple(_caption(one) for one in root.objects("captions", 0, MOST_CAPTIONS, default=()))
    document = Document(canvas, clips, captions, _delivery(root.object("delivery", default=None)))
    root.end()
    refuse(problems)
    return check(document)


def check(document: Document) -> Document:
    """The same document, if its parts fit together. Raises DocumentInvalid."""
    refuse(_as_a_whole(document))
    return document


def dump(document: Document) -> dict[str, Any]:
    """The JSON of a document; `parse` reads it back to an equal one."""
    value = {"version": VERSION, **asdict(document)}
    canvas = value["canvas"]
    del canvas["size" if canvas["aspect"] else "aspect"]
    for cut in value["clips"]:
        cut["reframe"]["focus"] = dict(zip("xy", cut["reframe"]["focus"], strict=True))
    return json.loads(json.dumps(value))  # tuples become lists: equal to what a database gives back


def refuse(problems: Iterable[errors.Problem]) -> None:
    """Raise DocumentInvalid if there is any problem."""
    if noted := list(problems):
        raise errors.DocumentInvalid(noted)


def _canvas(fields: Fields | None) -> Canvas:
    if fields is None or not fields.readable:
        return Canvas(size=delivery_size("16:9"))
    fps = fields.whole("fps", 1, 60, default=FRAME_RATE)
    aspect = fields.choice("aspect", tuple(ASPECTS)) if fields.has("aspect") else None
    size = _size(fields) if fields.has("size") else None
    if fields.has("aspect") == fields.has("size"):
        fields.note(errors.OneCanvas(field=fields.path))
    fields.end()
    return Canvas(size=size or delivery_size(aspect or "16:9"), aspect=aspect, fps=fps)


def _size(fields: Fields) -> tuple[int, int] | None:
    size = fields.pair("size", 32, MOST_PIXELS_LONG)
    if size and any(side % 2 for side in size):
        even = [side // 2 * 2 for side in size]
        fields.note(errors.OddSize(accepted=even, field=fields.at("size")))
    return size


def _cut(fields: Fields) -> Cut:
    start, end = _interval(fields, LONGEST_CLIP)
    speed = fields.number("speed", *SPEEDS, default=1.0)
    cut = Cut(fields.text("clip", 500), start, end, speed, _reframe(fields.object("reframe", default=None)))
    fields.end()
    return cut


def _interval(fields: Fields, most: float) -> tuple[float, float]:
    before = len(fields.problems)
    start, end = fields.number("start", 0, most, default=0.0), fields.number("end", 0, most)
    if end <= start and len(fields.problems) == before:
        fields.note(errors.EndBeforeStart(least=start, field=fields.at("end")))
    return start, end


def _reframe(fields: Fields | None) -> Reframe:
    if fields is None:
        return Reframe()
    mode = fields.choice("mode", MODES, default="crop")
    focus = fields.object("focus", default=None)
    point = (0.5, 0.5)
    if focus is not None:
        point = (focus.number("x", 0, 1), focus.number("y", 0, 1))
        focus.end()
    fields.end()
    return Reframe(mode, point)


def _caption(fields: Fields) -> Caption:
    start, end = _interval(fields, MOST_SECONDS)
    caption = Caption(
        fields.text("text", 300), start, end, fields.choice("style", STYLES, default="subtitle")
    )
    fields.end()
    return caption


def _delivery(fields: Fields | None) -> Delivery:
    if fields is None:
        return Delivery()
    short = fields.whole("short_side", 32, 2160, default=None)
    delivery = Delivery(short, fields.choice("upscaler", UPSCALERS, default="lanczos"))
    fields.end()
    return delivery


def _as_a_whole(document: Document) -> Iterable[errors.Problem]:
    """What is wrong only when the parts are seen together."""
    fps = document.canvas.fps
    for index, cut in enumerate(document.clips):
        if cut.end <= cut.start:
            yield errors.EndBeforeStart(least=cut.start, field=f"clips[{index}].end")
        elif cut.seconds * fps < 1:
            yield errors.TooShort(least=round(cut.speed / fps, 4), field=f"clips[{index}].end")
    if document.seconds > MOST_SECONDS:
        yield errors.TooLong(seconds=round(float(document.seconds), 2), most=MOST_SECONDS, field="clips")
    for index, caption in enumerate(document.captions):
        if caption.end > document.seconds + 1 / fps:
            seconds = round(float(document.seconds), 3)
            yield errors.OutOfRange(least=0, most=seconds, field=f"captions[{index}].end")
    if max(document.size) > MOST_PIXELS_LONG:
        where = "delivery.short_side" if document.delivery.short_side else "canvas.size"
        yield errors.TooWide(long=max(document.size), most=MOST_PIXELS_LONG, field=where)
