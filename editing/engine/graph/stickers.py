"""Stills laid over the edit, in the order of the document."""

import ffmpeg

from editing.engine.document import Document, Sticker
from editing.engine.geometry import Size
from editing.engine.graph.clip_node import Stream
from editing.engine.render.source import Source, Sources
from editing.engine.timing.exact import exact, nearest
from library.media.guard.ffmpeg import safe_input_kwargs
from library.media.shapes import even


def pasted(document: Document, sources: Sources, video: Stream) -> Stream:
    for sticker in document.stickers:
        video = _pasted(video, sticker, sources[sticker.still], document)
    return video


def _pasted(video: Stream, sticker: Sticker, source: Source, document: Document) -> Stream:
    """Shown on the frames from its start to its end; ffmpeg repeats the one picture for all of them."""
    width, height = size(sticker, source.size, document.size)
    x, y = (
        round(at * whole - side / 2) for at, whole, side in _axes(sticker, document.size, (width, height))
    )
    first, after = (nearest(exact(time) * document.canvas.fps) for time in (sticker.start, sticker.end))
    when = f"between(n,{first},{after - 1})"
    return ffmpeg.overlay(
        video, _picture(sticker, source, (width, height)), x=x, y=y, enable=when, format="yuv420"
    )


def size(sticker: Sticker, still: Size, canvas: Size) -> Size:
    """(width, height) in pixels on a canvas, its own aspect kept."""
    width = even(sticker.width * canvas[0])
    return width, even(width * still[1] / still[0])


def _axes(sticker: Sticker, canvas: Size, own: Size) -> list[tuple[float, int, int]]:
    return list(zip((sticker.x, sticker.y), canvas, own, strict=True))


def _picture(sticker: Sticker, source: Source, own: Size) -> Stream:
    still = ffmpeg.input(**safe_input_kwargs(source.path)).video
    still = still.filter("scale", *own, flags="lanczos", out_color_matrix="bt709", out_range="tv")
    still = still.filter("format", pix_fmts="yuva420p")
    if sticker.opacity < 1:
        still = still.filter("lut", a=f"val*{sticker.opacity}")
    return still
