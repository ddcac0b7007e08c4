"""The joined picture, finished: even timestamps, captions, one pixel format, BT.709 tags, and the cover."""

from editing.engine.document import Document
from editing.engine.exact import exact, nearest
from editing.engine.graph.clip_node import Stream
from editing.engine.graph.framing import PIXEL_FORMAT
from editing.engine.text.captions import ass_script

CAPTIONS_FILE, FONTS_FOLDER = "captions.ass", "fonts"  # in the working directory: no path to escape
BT709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "range": "tv"}


def number_frames(document: Document, video: Stream) -> Stream:
    """Timestamps from frame numbers, which cannot drift."""
    return video.filter("setpts", f"N/({document.canvas.fps}*TB)")


def finished(document: Document, video: Stream) -> Stream:
    """With captions, in the delivered pixel format, tagged with its colours."""
    if document.captions:
        video = video.filter("ass", filename=CAPTIONS_FILE, fontsdir=FONTS_FOLDER)
    return video.filter("format", **PIXEL_FORMAT).filter("setparams", **BT709)


def with_cover(document: Document, video: Stream) -> tuple[Stream, Stream | None]:
    """The picture, and the one frame of it that is the cover, coded as JPEG is: BT.601, full range.

    The picture's format is fixed before the split, or ffmpeg would negotiate the cover's for both."""
    if document.cover is None:
        return video, None
    frame = min(nearest(exact(document.cover) * document.canvas.fps), document.frames - 1)
    both = video.filter_multi_output("split")
    cover = both[1].filter("trim", start_frame=frame, end_frame=frame + 1)
    cover = cover.filter("scale", out_color_matrix="bt601", out_range="pc")
    return both[0], cover.filter("format", pix_fmts="yuvj420p")


def files(document: Document) -> dict[str, str]:
    """What the caption filter reads, by file name."""
    if not document.captions:
        return {}
    return {CAPTIONS_FILE: ass_script(document.captions, size=document.size, fps=document.canvas.fps)}
