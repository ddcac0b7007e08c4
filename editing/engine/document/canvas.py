"""What the edit is laid out on, and what is delivered of it."""

from dataclasses import dataclass

from editing.engine import errors
from editing.engine.fields import Fields
from library.media.shapes import ASPECTS, FRAME_RATE, delivery_size

UPSCALERS = ("lanczos", "ai")
INTERPOLATIONS = ("none", "motion")
MOST_PIXELS_LONG, SHORT_SIDES = 5120, (32, 2160)
LOUDNESS = (-30.0, -8.0)  # LUFS


@dataclass(frozen=True, slots=True)
class Canvas:
    """What the edit is laid out on: one of the feed's aspects at 720p, or a `size` of its own."""

    size: tuple[int, int]
    aspect: str | None = None
    fps: int = FRAME_RATE


@dataclass(frozen=True, slots=True)
class Delivery:
    """`short_side` in pixels; None leaves the canvas as it is. `loudness` in LUFS; None leaves the sound.

    `interpolation` "motion" draws what lies between two pictures where a clip has fewer a second than the
    canvas; otherwise they repeat."""

    short_side: int | None = None
    upscaler: str = "lanczos"
    loudness: float | None = None
    interpolation: str = "none"


def read_canvas(fields: Fields | None) -> Canvas:
    if fields is None or not fields.readable:
        return Canvas(size=delivery_size("16:9"))
    fps = fields.whole("fps", 1, 60, default=FRAME_RATE)
    aspect = fields.choice("aspect", tuple(ASPECTS)) if fields.has("aspect") else None
    size = _size(fields) if fields.has("size") else None
    if fields.has("aspect") == fields.has("size"):
        fields.note(errors.OneCanvas(field=fields.path))
    fields.end()
    return Canvas(size=size or delivery_size(aspect or "16:9"), aspect=aspect, fps=fps)


def read_delivery(fields: Fields | None) -> Delivery:
    if fields is None:
        return Delivery()
    delivery = Delivery(
        fields.whole("short_side", *SHORT_SIDES, default=None),
        fields.choice("upscaler", UPSCALERS, default="lanczos"),
        fields.number("loudness", *LOUDNESS, default=None),
        fields.choice("interpolation", INTERPOLATIONS, default="none"),
    )
    fields.end()
    return delivery


def delivered(canvas: Canvas, delivery: Delivery) -> tuple[int, int]:
    """(width, height) in pixels, even numbers, of what is delivered."""
    short = delivery.short_side
    if short is None:
        return canvas.size
    return delivery_size(canvas.aspect, short) if canvas.aspect else scaled(canvas.size, short)


def scaled(size: tuple[int, int], short: int) -> tuple[int, int]:
    """`size` with its short side at `short` pixels, both sides even."""
    width, height = (2 * round(side * short / min(size) / 2) for side in size)
    return width, height


def _size(fields: Fields) -> tuple[int, int] | None:
    size = fields.pair("size", 32, MOST_PIXELS_LONG)
    if size and any(side % 2 for side in size):
        even = [side // 2 * 2 for side in size]
        fields.note(errors.OddSize(accepted=even, field=fields.at("size")))
    return size
