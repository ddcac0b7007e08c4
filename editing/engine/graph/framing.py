"""The picture of a cut on the canvas, at the delivered size: scaled once, whatever the document asks.

A mode of `reframe` is a function here: (stream, node) → stream of the size `node.target`. To add one, name it
in `document.reframe.MODES` and put it into FRAMINGS. Of a tracked crop, `tracked_crop` comes first of all, on
the timestamps of the source: it moves as ffmpeg's `sendcmd` reads from a file, no frame passes through
Python. The mode then only scales.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import ffmpeg

from editing.engine.catalogue.effects import EFFECTS
from editing.engine.geometry import Box, Size, crop_box, fit_box, same_aspect
from editing.engine.graph.clip_node import ClipNode, Stream
from editing.engine.tracking import sendcmd_script
from library.media import colour
from library.media.shapes import even

BLUR_SHRINK = 8  # the background is blurred at its size divided by this, where blurring costs almost nothing
PIXEL_FORMAT = {  # that every filter may expect
    "pix_fmts": "yuv420p",
    "color_spaces": "bt709",
    "color_ranges": "tv",
}


def framed(video: Stream, node: ClipNode) -> Stream:
    """Reframed, with its effects, in square pixels and BT.709."""
    same = same_aspect(node.source.size, node.canvas)
    framing = _whole if same else FRAMINGS[node.cut.reframe.mode]
    return _with_effects(framing(*in_bt709(video, node)).filter("setsar", 1), node)


def in_bt709(video: Stream, node: ClipNode) -> tuple[Stream, ClipNode]:
    """In the colours of a master, which a file that was never uploaded need not have; and the node of what
    comes out. That is no larger than any framing needs: colours are converted in floats, and 4K would fill
    what an edit may hold."""
    colours = node.source.colours
    if colours.is_delivered:
        is_named = node.source.probe.colours.matrix == colour.NAMED
        return video if is_named else video.filter("setparams", **colour.BT709), node
    size = _size_needed(node)
    for name, options in colour.scaled_to_bt709(colours, size):
        video = video.filter(name, **options)
    return video, node if node.crop else replace(node, source=node.source.resized(size))


def _size_needed(node: ClipNode) -> Size:
    """Of the whole picture, so that it covers the target; of a tracked crop, the target."""
    if node.crop:
        return node.target
    shrink = min(1.0, max(there / here for there, here in zip(node.target, node.source.size, strict=True)))
    width, height = (even(side * shrink) for side in node.source.size)
    return width, height


def tracked_crop(video: Stream, node: ClipNode) -> Stream:
    """Cropped to the tracked subject; unchanged where nothing is tracked."""
    if node.crop is None:
        return video
    if _commands(node):
        video = video.filter("sendcmd", filename=_command_file(node))
    box, (x, y) = node.crop.box, node.crop.positions[0]
    return video.filter(_crop_name(node), box.width, box.height, x, y, exact=1)


def command_files(nodes: Iterable[ClipNode]) -> dict[str, str]:
    """What `sendcmd` reads for every node whose crop moves, by file name."""
    texts = {_command_file(node): _commands(node) for node in nodes}
    return {name: text for name, text in texts.items() if text}


def _commands(node: ClipNode) -> str:
    return sendcmd_script(node.crop, _crop_name(node), since=float(node.window.seek)) if node.crop else ""


def _crop_name(node: ClipNode) -> str:
    """Commands go to the one filter of this name, not to every crop of the graph."""
    return f"crop@cut{node.index}"


def _command_file(node: ClipNode) -> str:
    return f"cut{node.index}.cmd"


def _with_effects(video: Stream, node: ClipNode) -> Stream:
    if node.cut.effects:
        video = video.filter("format", **PIXEL_FORMAT)
    for effect in node.cut.effects:
        video = EFFECTS[effect.name].draw(video, dict(effect.settings), node.target)
    return video


def _whole(video: Stream, node: ClipNode) -> Stream:
    return scaled(video, node.source.size, node.target)


def _cropped(video: Stream, node: ClipNode) -> Stream:
    focus = node.cut.reframe.focus
    box = crop_box(node.source.size, node.target, (focus.x, focus.y))
    return scaled(cropped(video, box), (box.width, box.height), node.target)


def _padded(video: Stream, node: ClipNode) -> Stream:
    box = fit_box(node.source.size, node.target)
    fitted = scaled(video, node.source.size, (box.width, box.height))
    return fitted.filter("pad", *node.target, box.x, box.y, color="black")


def _blurred(video: Stream, node: ClipNode) -> Stream:
    """The whole picture over a blurred, darker copy of itself that fills the canvas."""
    both, size, target = video.filter_multi_output("split"), node.source.size, node.target
    cover, box = crop_box(size, target, (0.5, 0.5)), fit_box(size, target)
    small = (max(16, target[0] // BLUR_SHRINK // 2 * 2), max(16, target[1] // BLUR_SHRINK // 2 * 2))
    back = scaled(cropped(both[0], cover), (cover.width, cover.height), small, "area")
    back = back.filter("format", **PIXEL_FORMAT)
    back = back.filter("gblur", sigma=min(small) / 16).filter("lutyuv", y="16+(val-16)*0.7")
    back = scaled(back, small, target, "bicubic").filter("setsar", 1)
    front = scaled(both[1], size, (box.width, box.height)).filter("setsar", 1)
    return ffmpeg.overlay(back, front, x=box.x, y=box.y, format="yuv420")


def _tracked(video: Stream, node: ClipNode) -> Stream:
    """Scales what `tracked_crop` has cropped. Where no subject was looked for, as when only the sound of an
    edit is wanted, the crop does not move."""
    if node.crop is None:
        return _cropped(video, node)
    return scaled(video, (node.crop.box.width, node.crop.box.height), node.target)


FRAMINGS: dict[str, Callable[[Stream, ClipNode], Stream]] = {
    "crop": _cropped,
    "pad": _padded,
    "blur": _blurred,
    "track": _tracked,
}


def scaled(video: Stream, size: Size, target: Size, flags: str = "lanczos") -> Stream:
    """From `size` to `target` pixels, to BT.709 limited range on the way; unchanged where they are equal."""
    if size == target:
        return video
    return video.filter("scale", *target, flags=flags, out_color_matrix="bt709", out_range="tv")


def cropped(video: Stream, box: Box) -> Stream:
    return video.filter("crop", box.width, box.height, box.x, box.y)
