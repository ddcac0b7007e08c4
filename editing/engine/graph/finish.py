"""The joined picture, finished: even timestamps, captions, one pixel format, BT.709 tags, and the cover."""

from editing.engine.document import Document
from editing.engine.graph.clip_node import Stream
from editing.engine.graph.framing import PLAIN
from editing.engine.text import captions
from editing.engine.timing.exact import exact, nearest

CAPTIONS_FILE, FONTS_FOLDER = "captions.ass", "fonts"  # in the working directory: no path to escape
BT709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "range": "tv"}


def numbered(document: Document, video: Stream) -> Stream:
    """Timestamps by the number of the frame, without drift."""
    return video.filter("setpts", f"N/({document.canvas.fps}*TB)")


def finished(document: Document, video: Stream) -> Stream:
    """With its captions, in the one pixel format, and saying what its colours are."""
    if document.captions:
        video = video.filter("ass", filename=CAPTIONS_FILE, fontsdir=FONTS_FOLDER)
    return video.filter("format", **PLAIN).filter("setparams", **BT709)


def with_cover(document: Document, video: Stream) -> tuple[Stream, Stream | None]:
    """The picture, and the one frame of it that is the cover, as JPEG codes colours: BT.601, full range.

    The format of the picture is fixed before they part, or the cover's would become its own."""
    if document.cover is None:
        return video, None
    frame = min(nearest(exact(document.cover) * document.canvas.fps), document.frames - 1)
    both = video.filter_multi_output("split")
    cover = both[1].filter("trim", start_frame=frame, end_frame=frame + 1)
    cover = cover.filter("scale", out_color_matrix="bt601", out_range="pc").filter(
        "format", pix_fmts="yuvj420p"
    )
    return both[0], cover


def files(document: Document) -> dict[str, str]:
    """What the caption filter reads."""
    if not document.captions:
        return {}
    return {CAPTIONS_FILE: captions.script(document.captions, size=document.size, fps=document.canvas.fps)}
