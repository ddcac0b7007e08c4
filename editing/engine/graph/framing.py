"""The picture of a cut on the canvas, at the size that is delivered: one scaling, whatever the document asks.

A mode of `reframe` is a function here: (stream, shot) → stream of the size `shot.target`. To add one, name it
in `document.reframe.MODES` and put it into FRAMINGS.
"""

from collections.abc import Callable

import ffmpeg

from editing.engine.catalogue.effects import EFFECTS
from editing.engine.geometry import Box, Size, crop_box, fit_box, same_aspect
from editing.engine.graph.clip_node import ClipNode, Stream

BLUR_SHRINK = 8  # the blurred background is made this much smaller, where blurring costs next to nothing
PLAIN = {"pix_fmts": "yuv420p", "color_spaces": "bt709", "color_ranges": "tv"}  # what every filter may expect


def shaped(video: Stream, shot: ClipNode) -> Stream:
    """Framed, with its effects, in square pixels."""
    same = same_aspect(shot.source.size, shot.canvas)
    framed = _whole if same else FRAMINGS[shot.cut.reframe.mode]
    return _with_effects(framed(video, shot).filter("setsar", 1), shot)


def _with_effects(video: Stream, shot: ClipNode) -> Stream:
    if shot.cut.effects:
        video = video.filter("format", **PLAIN)
    for effect in shot.cut.effects:
        video = EFFECTS[effect.name].draw(video, dict(effect.settings), shot.target)
    return video


def _whole(video: Stream, shot: ClipNode) -> Stream:
    return scaled(video, shot.source.size, shot.target)


def _cropped(video: Stream, shot: ClipNode) -> Stream:
    focus = shot.cut.reframe.focus
    box = crop_box(shot.source.size, shot.target, (focus.x, focus.y))
    return scaled(cropped(video, box), (box.width, box.height), shot.target)


def _padded(video: Stream, shot: ClipNode) -> Stream:
    box = fit_box(shot.source.size, shot.target)
    fitted = scaled(video, shot.source.size, (box.width, box.height))
    return fitted.filter("pad", *shot.target, box.x, box.y, color="black")


def _blurred(video: Stream, shot: ClipNode) -> Stream:
    """The whole picture over a blurred, darker copy of itself that fills the canvas."""
    both, size, target = video.filter_multi_output("split"), shot.source.size, shot.target
    cover, box = crop_box(size, target, (0.5, 0.5)), fit_box(size, target)
    small = (max(16, target[0] // BLUR_SHRINK // 2 * 2), max(16, target[1] // BLUR_SHRINK // 2 * 2))
    back = scaled(cropped(both[0], cover), (cover.width, cover.height), small, "area").filter(
        "format", **PLAIN
    )
    back = back.filter("gblur", sigma=min(small) / 16).filter("lutyuv", y="16+(val-16)*0.7")
    back = scaled(back, small, target, "bicubic").filter("setsar", 1)
    front = scaled(both[1], size, (box.width, box.height)).filter("setsar", 1)
    return ffmpeg.overlay(back, front, x=box.x, y=box.y, format="yuv420")


def _tracked(video: Stream, shot: ClipNode) -> Stream:
    """What `tracking` has cropped already. Where nobody looked for a subject, as when only the sound of an
    edit is wanted, the crop stands."""
    if shot.crop is None:
        return _cropped(video, shot)
    return scaled(video, (shot.crop.box.width, shot.crop.box.height), shot.target)


FRAMINGS: dict[str, Callable[[Stream, ClipNode], Stream]] = {
    "crop": _cropped,
    "pad": _padded,
    "blur": _blurred,
    "track": _tracked,
}


def scaled(video: Stream, size: Size, target: Size, flags: str = "lanczos") -> Stream:
    """From `size` to `target`, to BT.709 limited range on the way; nothing where they are equal."""
    if size == target:
        return video
    return video.filter("scale", *target, flags=flags, out_color_matrix="bt709", out_range="tv")


def cropped(video: Stream, box: Box) -> Stream:
    return video.filter("crop", box.width, box.height, box.x, box.y)
