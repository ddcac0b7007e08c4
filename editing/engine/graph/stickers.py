"""Stickers: stills overlaid on the edit, in the order of the document."""

import ffmpeg

from editing.engine.document import Document, Sticker
from editing.engine.exact import exact, nearest
from editing.engine.geometry import Size
from editing.engine.graph.clip_node import Stream
from editing.engine.source import Source, Sources
from library.media.guard.ffmpeg import safe_input_kwargs
from library.media.shapes import even


def overlay(document: Document, sources: Sources, video: Stream) -> Stream:
    """`video` with every sticker on it."""
    for sticker in document.stickers:
        video = _overlaid(video, sticker, sources[sticker.still], document)
    return video


def _overlaid(video: Stream, sticker: Sticker, source: Source, document: Document) -> Stream:
    """Shown on the frames from its start to its end; ffmpeg repeats the one picture for all of them."""
    width, height = size(sticker, source.size, document.size)
    centre = zip((sticker.x, sticker.y), document.size, (width, height), strict=True)
    x, y = (round(at * whole - side / 2) for at, whole, side in centre)
    first, after = (nearest(exact(time) * document.canvas.fps) for time in (sticker.start, sticker.end))
    enable = f"between(n,{first},{after - 1})"
    picture = _picture(sticker, source, (width, height))
    return ffmpeg.overlay(video, picture, x=x, y=y, enable=enable, format="yuv420")


def size(sticker: Sticker, still: Size, canvas: Size) -> Size:
    """(width, height) in pixels on a canvas, in the aspect of the still."""
    width = even(sticker.width * canvas[0])
    return width, even(width * still[1] / still[0])


def _picture(sticker: Sticker, source: Source, target: Size) -> Stream:
    still = ffmpeg.input(**safe_input_kwargs(source.path)).video
    still = still.filter("scale", *target, flags="lanczos", out_color_matrix="bt709", out_range="tv")
    still = still.filter("format", pix_fmts="yuva420p")
    if sticker.opacity < 1:
        still = still.filter("lut", a=f"val*{sticker.opacity}")
    return still
