"""A document as one ffmpeg-python graph: pure, nothing is read or run.

Order within a cut: seek → crop → scale → setsar → setpts → fps → exactly n frames; then the cuts are
joined, numbered, captioned and tagged BT.709. Colours are converted only where a source needs it.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ffmpeg

from editing.engine.document import Document, exact
from editing.engine.geometry import Box, Size, crop_box, fit_box, same_aspect
from editing.engine.source import Source, Sources
from editing.engine.timeline import Span, Window, spans, window
from library.media.ffmpeg import safe_input_kwargs

CAPTIONS_FILE, FONTS_FOLDER = "captions.ass", "fonts"  # in the working directory: no path to escape
SAMPLE_RATE = 48_000
BT709 = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "range": "tv"}
BLUR_SHRINK = 8  # the blurred background is made this much smaller, where blurring costs next to nothing

Stream = Any  # ffmpeg-python has no types


@dataclass(frozen=True, slots=True)
class Streams:
    """The two ends of the graph; `audio` is None where no source has any sound."""

    video: Stream
    audio: Stream | None


def build(document: Document, sources: Sources) -> Streams:
    """The graph of a document. `sources` holds every clip the document names."""
    loud = any(sources[cut.clip].probe.has_audio for cut in document.clips)
    parts = [
        _part(document, at, span, sources[span.cut.clip], loud) for at, span in enumerate(spans(document))
    ]
    joined = _join(parts)
    return Streams(_finish(document, joined.video), joined.audio)


def _part(document: Document, index: int, span: Span, source: Source, loud: bool) -> Streams:
    piece = window(span, source, document.canvas.fps)
    opened = _opened(source, index, piece)
    video = _video(opened.video, document, span, source, piece.lead)
    if not loud:
        return Streams(video, None)
    sound = _sound(opened.audio, span, piece.lead) if source.probe.has_audio else _silence(index)
    return Streams(video, _exactly(sound, span, document.canvas.fps))


def _opened(source: Source, index: int, piece: Window) -> Stream:
    """An input of its own for every cut. ffmpeg-python takes equal inputs for one, whose frames would then
    be held for the second cut until the first is done: hence the microseconds by which they differ."""
    times = {"t": seconds(piece.seconds + Fraction(index, 10**6))}
    if piece.seek:
        times["ss"] = seconds(piece.seek)
    return ffmpeg.input(**safe_input_kwargs(source.path), **times)


def _video(video: Stream, document: Document, span: Span, source: Source, lead: Fraction) -> Stream:
    if source.silently_hd:
        video = video.filter("setparams", colorspace="bt709")
    fps, speed = document.canvas.fps, exact(span.cut.speed)
    if Fraction(source.probe.fps) * speed > fps:  # frames will be dropped: drop them before scaling them
        return _shaped(_timed(video, lead, speed, span, fps), document, span, source)
    return _timed(_shaped(video, document, span, source), lead, speed, span, fps)


def _timed(video: Stream, lead: Fraction, speed: Fraction, span: Span, fps: int) -> Stream:
    """The cut's frames on the grid of the result, exactly `span.frames` of them; a last one may repeat."""
    timed = video.filter("setpts", _from_zero(lead, speed)).filter("fps", fps=fps, start_time=0)
    return timed.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=span.frames)


def _from_zero(lead: Fraction, speed: Fraction) -> str:
    moved = f"(PTS-{seconds(lead)}/TB)" if lead else "PTS"
    return moved if speed == 1 else f"{moved}/{float(speed)}"


def _shaped(video: Stream, document: Document, span: Span, source: Source) -> Stream:
    """The picture on the canvas, at the size that is delivered: one scaling, whatever the document asks."""
    target, reframe = document.size, span.cut.reframe
    if same_aspect(source.size, document.canvas.size):
        return _scaled(video, source.size, target).filter("setsar", 1)
    if reframe.mode == "crop":
        box = crop_box(source.size, target, reframe.focus)
        return _scaled(_cropped(video, box), (box.width, box.height), target).filter("setsar", 1)
    box = fit_box(source.size, target)
    framed = _padded if reframe.mode == "pad" else _blurred
    return framed(video, source.size, box, target).filter("setsar", 1)


def _scaled(video: Stream, size: Size, target: Size, flags: str = "lanczos") -> Stream:
    if size == target:
        return video
    return video.filter("scale", *target, flags=flags, out_color_matrix="bt709", out_range="tv")


def _cropped(video: Stream, box: Box) -> Stream:
    return video.filter("crop", box.width, box.height, box.x, box.y)


def _padded(video: Stream, size: Size, box: Box, target: Size) -> Stream:
    fitted = _scaled(video, size, (box.width, box.height))
    return fitted.filter("pad", *target, box.x, box.y, color="black")


def _blurred(video: Stream, size: Size, box: Box, target: Size) -> Stream:
    """The whole picture over a blurred, darker copy of itself that fills the canvas."""
    both = video.filter_multi_output("split")
    cover = crop_box(size, target, (0.5, 0.5))
    small = (max(16, target[0] // BLUR_SHRINK // 2 * 2), max(16, target[1] // BLUR_SHRINK // 2 * 2))
    back = _scaled(_cropped(both[0], cover), (cover.width, cover.height), small, "area")
    back = back.filter("gblur", sigma=min(small) / 16).filter("lutyuv", y="16+(val-16)*0.7")
    back = _scaled(back, small, target, "bicubic").filter("setsar", 1)
    front = _scaled(both[1], size, (box.width, box.height)).filter("setsar", 1)
    return ffmpeg.overlay(back, front, x=box.x, y=box.y, format="yuv420")


def _sound(audio: Stream, span: Span, lead: Fraction) -> Stream:
    """Sound from the very moment the cut begins, in stereo at 48 kHz, in step with the picture."""
    if lead:
        audio = audio.filter("atrim", start=seconds(lead)).filter("asetpts", f"PTS-{seconds(lead)}/TB")
    audio = audio.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0})
    audio = audio.filter("aformat", channel_layouts="stereo", sample_fmts="fltp")
    for tempo in tempos(span.cut.speed):
        audio = audio.filter("atempo", tempo)
    return audio


def tempos(speed: float) -> tuple[float, ...]:
    """The steps of atempo that make `speed`; one step reaches down to a half only."""
    if speed == 1:
        return ()
    return (speed,) if speed >= 0.5 else (0.5, *tempos(speed / 0.5))


def _silence(index: int) -> Stream:
    return ffmpeg.input(f"anullsrc@cut{index}=r={SAMPLE_RATE}:cl=stereo", f="lavfi").audio


def _exactly(audio: Stream, span: Span, fps: int) -> Stream:
    """As many samples as the span's frames last; silence where the source runs out."""
    first, last = (frame * SAMPLE_RATE // fps for frame in (span.first, span.first + span.frames))
    even = audio.filter("apad").filter("atrim", end_sample=last - first)
    return even.filter("aformat", channel_layouts="stereo", sample_fmts="fltp", sample_rates=SAMPLE_RATE)


def _join(parts: list[Streams]) -> Streams:
    if len(parts) == 1:
        return parts[0]
    if parts[0].audio is None:
        return Streams(ffmpeg.concat(*(part.video for part in parts), v=1, a=0), None)
    both = [stream for part in parts for stream in (part.video, part.audio)]
    joined = ffmpeg.concat(*both, v=1, a=1).node
    return Streams(joined[0], joined[1])


def _finish(document: Document, video: Stream) -> Stream:
    """Numbered timestamps without drift, captions, then the one pixel format and the BT.709 tags."""
    video = video.filter("setpts", f"N/({document.canvas.fps}*TB)")
    if document.captions:
        video = video.filter("ass", filename=CAPTIONS_FILE, fontsdir=FONTS_FOLDER)
    video = video.filter("format", pix_fmts="yuv420p", color_spaces="bt709", color_ranges="tv")
    return video.filter("setparams", **BT709)


def seconds(value: Fraction) -> str:
    """Seconds as ffmpeg reads them, to the microsecond it counts in."""
    return f"{float(value):.6f}"
