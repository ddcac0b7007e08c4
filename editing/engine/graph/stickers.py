"""Stickers: stills overlaid on the edit, in the order of the document.

Stickers of one still at one size share one picture: it is decoded and scaled once.
"""

from collections import Counter
from collections.abc import Iterator

import ffmpeg

from editing.engine.document import Document, Sticker
from editing.engine.exact import exact, nearest
from editing.engine.geometry import Size
from editing.engine.graph.clip_node import Stream
from editing.engine.source import Source, Sources
from library.media.guard.ffmpeg import safe_input_kwargs
from library.media.kinds import DEMUXER_OF

EXACT = "lanczos+accurate_rnd+full_chroma_inp"  # of the chroma of every pixel, not of every other
Scaled = tuple[Source, Size]  # a still, however its id is spelt, and the size in pixels it is shown at


def overlay(document: Document, sources: Sources, video: Stream) -> Stream:
    """`video` with every sticker on it."""
    stills = [sources[one.still] for one in document.stickers]
    shown = [
        (still, one.size(still.size, document.size))
        for one, still in zip(document.stickers, stills, strict=True)
    ]
    copies = {scaled: _copies(scaled, times) for scaled, times in Counter(shown).items()}
    for sticker, scaled in zip(document.stickers, shown, strict=True):
        video = _overlaid(video, next(copies[scaled]), sticker, scaled[1], document)
    return video


def _copies(scaled: Scaled, times: int) -> Iterator[Stream]:
    """The picture, once for each time it is shown: no filter's output is taken twice."""
    picture = _picture(*scaled)
    if times == 1:
        return iter([picture])
    split = picture.filter_multi_output("split", times)
    return (split[copy] for copy in range(times))


def _overlaid(video: Stream, picture: Stream, sticker: Sticker, size: Size, document: Document) -> Stream:
    """Shown on the frames from its start to its end; ffmpeg repeats the one picture for all of them."""
    centre = zip((sticker.x, sticker.y), document.size, size, strict=True)
    x, y = (round(at * whole - side / 2) for at, whole, side in centre)
    first, after = (nearest(exact(time) * document.canvas.fps) for time in (sticker.start, sticker.end))
    if sticker.opacity < 1:
        picture = picture.filter("lut", a=f"val*{sticker.opacity}")
    enable = f"between(n,{first},{after - 1})"
    return ffmpeg.overlay(video, picture, x=x, y=y, enable=enable, format="yuv420")


def _picture(source: Source, target: Size) -> Stream:
    # Its demuxer is named: ffmpeg itself takes a JPEG for a sequence of images, which no input may be.
    opened = ffmpeg.input(**safe_input_kwargs(source.path), f=DEMUXER_OF[source.probe.container])
    picture = opened.video.filter("scale", *target, flags=EXACT, out_color_matrix="bt709", out_range="tv")
    return picture.filter("format", pix_fmts="yuva420p")
