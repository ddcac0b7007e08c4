"""Effects on the picture of a cut, by name. Ours are filters of the one graph: none costs an encode.

To add one, add a line to EFFECTS: its settings with their bounds, and a function that puts its filters behind
a stream. `draw` gets 4:2:0, eight bits, BT.709 limited range, at the delivered size, before the frames are
put on the grid of the edit; it must keep the size and give a frame for a frame. `settings` is complete: what
the document leaves out has its default. An effect that no filter can draw belongs before the graph: see
`editing.engine.prerender`, where those of MoviePy are drawn.
"""

from math import pi

from editing.engine.catalogue import grades
from editing.engine.catalogue.effect import Draw, Effect, Setting, Settings, Size, Stream
from editing.engine.catalogue.moviepy import MOVIEPY


def _blur(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("gblur", sigma=round(settings["amount"] * min(size) / 40, 3))


def _sharpen(video: Stream, settings: Settings, size: Size) -> Stream:
    return video.filter("unsharp", 5, 5, settings["amount"] * 1.5)


def _grain(video: Stream, settings: Settings, size: Size) -> Stream:
    """The seed is fixed: the same edit is the same bytes."""
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


def _grade(look: grades.Grade) -> Draw:
    def draw(video: Stream, settings: Settings, size: Size) -> Stream:
        return grades.graded(video, grades.blended(look, settings["amount"]))

    return draw


def _adjusted(name: str) -> Draw:
    def draw(video: Stream, settings: Settings, size: Size) -> Stream:
        return grades.graded(video, grades.Grade(**{name: settings["amount"]}))

    return draw


def _amount(default: float, least: float = 0.0, most: float = 1.0) -> dict[str, Setting]:
    return {"amount": Setting(least, most, default)}


EFFECTS: dict[str, Effect] = {
    "brightness": Effect(_adjusted("brightness"), _amount(0.1, -1, 1)),
    "contrast": Effect(_adjusted("contrast"), _amount(1.2, 0, 3)),
    "saturation": Effect(_adjusted("saturation"), _amount(1.3, 0, 3)),
    "warmth": Effect(_adjusted("warmth"), _amount(0.3, -1, 1)),
    "blur": Effect(_blur, _amount(0.3)),
    "sharpen": Effect(_sharpen, _amount(0.5)),
    "grain": Effect(_grain, _amount(0.3)),
    "vignette": Effect(_vignette, _amount(0.5)),
    "pixelate": Effect(_pixelate, _amount(0.5)),
    "denoise": Effect(_denoise, _amount(0.5)),
    "invert": Effect(_invert),
    "mirror": Effect(_mirror),
    "flip": Effect(_flip),
    **{name: Effect(_grade(look), _amount(1.0)) for name, look in grades.LOOKS.items()},
    **MOVIEPY,
}
