"""Effects on the picture of a cut, by name. Ours are filters of the one graph: none costs an encode.

To add one, add a line to EFFECTS: its settings with their bounds, and a function that appends its filters to
a stream. `draw` gets 4:2:0, eight bits, BT.709 limited range, at the delivered size, before the cut is
retimed; it must keep the size and return one frame for each frame. `settings` is complete: what the document
leaves out has its default. An effect that no filter can do is rendered before the graph: see
`editing.engine.prerender`, where those of MoviePy are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import pi
from typing import Any

from editing.engine.catalogue import grades
from editing.engine.geometry import Size

Stream = Any  # ffmpeg-python has no types
Settings = Mapping[str, float]
Draw = Callable[[Stream, Settings, Size], Stream]


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of [`least`, `most`]."""

    least: float
    most: float
    default: float


@dataclass(frozen=True, slots=True)
class Effect:
    """`draw`: (stream, settings by name, delivered size) → stream."""

    draw: Draw
    settings: Mapping[str, Setting] = field(default_factory=dict)


def _blur(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("gblur", sigma=round(settings["amount"] * min(size) / 40, 3))


def _sharpen(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("unsharp", 5, 5, settings["amount"] * 1.5)


def _grain(video: Stream, settings: Settings, size: Size) -> Stream:
    """The seed is fixed, so that the same edit gives the same bytes."""
    return video.filter("noise", all_seed=1, c0s=round(settings["amount"] * 60), c0f="t")


def _vignette(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("vignette", angle=round(settings["amount"] * pi / 2.5, 4))


def _pixelate(video: Stream, settings: Settings, size: Size) -> Stream:
    side = max(2, round(settings["amount"] * min(size) / 10))
    return video.filter("pixelize", width=side, height=side)


def _denoise(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("hqdn3d", round(settings["amount"] * 8, 3))


def _invert(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("lutyuv", y="251-val", u="256-val", v="256-val")


def _mirror(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("hflip")


def _flip(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("vflip")


def _grade(grade: grades.Grade) -> Draw:
    def draw(video: Stream, settings: Settings, size: Size) -> Stream:
        return grades.graded(video, grades.interpolated(grade, settings["amount"]))

    return draw


def _adjust(name: str) -> Draw:
    def draw(video: Stream, settings: Settings, size: Size) -> Stream:
        return grades.graded(video, grades.Grade(**{name: settings["amount"]}))

    return draw


def _amount(default: float, least: float = 0.0, most: float = 1.0) -> dict[str, Setting]:
    return {"amount": Setting(least, most, default)}


# MoviePy's effects that return one picture of the same size for each picture, under MoviePy's own names.
# Nothing else can be named, and only numbers within these bounds reach MoviePy.
PREFIX = "moviepy."
FIXED: Mapping[str, Mapping[str, Any]] = {"Rotate": {"expand": False}}  # arguments that keep the size


def _prerendered(**settings: Setting) -> Effect:
    """An effect that is in the pictures already when the graph reads them."""
    return Effect(lambda video, settings, size: video, settings)


_seconds = Setting(0.05, 10, 1)

MOVIEPY: dict[str, Effect] = {
    f"{PREFIX}BlackAndWhite": _prerendered(),
    f"{PREFIX}FadeIn": _prerendered(duration=_seconds),
    f"{PREFIX}FadeOut": _prerendered(duration=_seconds),
    f"{PREFIX}GammaCorrection": _prerendered(gamma=Setting(0.1, 5, 1.5)),
    f"{PREFIX}InvertColors": _prerendered(),
    f"{PREFIX}LumContrast": _prerendered(
        lum=Setting(-255, 255, 0), contrast=Setting(-1, 3, 0.3), contrast_threshold=Setting(0, 255, 127)
    ),
    f"{PREFIX}MirrorX": _prerendered(),
    f"{PREFIX}MirrorY": _prerendered(),
    f"{PREFIX}MultiplyColor": _prerendered(factor=Setting(0, 5, 1.2)),
    f"{PREFIX}Painting": _prerendered(saturation=Setting(0, 3, 1.4), black=Setting(0, 0.1, 0.006)),
    f"{PREFIX}Rotate": _prerendered(angle=Setting(-360, 360, 15)),
}

EFFECTS: dict[str, Effect] = {
    "brightness": Effect(_adjust("brightness"), _amount(0.1, -1, 1)),
    "contrast": Effect(_adjust("contrast"), _amount(1.2, 0, 3)),
    "saturation": Effect(_adjust("saturation"), _amount(1.3, 0, 3)),
    "warmth": Effect(_adjust("warmth"), _amount(0.3, -1, 1)),
    "blur": Effect(_blur, _amount(0.3)),
    "sharpen": Effect(_sharpen, _amount(0.5)),
    "grain": Effect(_grain, _amount(0.3)),
    "vignette": Effect(_vignette, _amount(0.5)),
    "pixelate": Effect(_pixelate, _amount(0.5)),
    "denoise": Effect(_denoise, _amount(0.5)),
    "invert": Effect(_invert),
    "mirror": Effect(_mirror),
    "flip": Effect(_flip),
    **{name: Effect(_grade(grade), _amount(1.0)) for name, grade in grades.GRADES.items()},
    **MOVIEPY,
}
