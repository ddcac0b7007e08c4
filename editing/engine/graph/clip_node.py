"""One cut with everything that is known about it when the graph is built."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import ffmpeg

from editing.engine.document import Cut, Document
from editing.engine.geometry import Size
from editing.engine.source import Source
from editing.engine.timing.timeline import Span, Window, spans, window
from editing.engine.tracking import CropTrack
from library.media import colour, stereo
from library.media.guard.ffmpeg import safe_input_kwargs

DECODER_THREADS = 2  # of each cut: all are open at once, and each thread holds pictures
Stream = Any  # ffmpeg-python has no types


@dataclass(frozen=True, slots=True)
class ClipNode:
    """The `index`-th cut, from `source` onto a `canvas` delivered as `target` (pixels) at `fps` a second.

    `input` is ffmpeg's, one of its own for every cut; `crop` moves with the subject, if it is tracked."""

    index: int
    span: Span
    source: Source
    window: Window
    canvas: Size
    target: Size
    fps: int
    input: Stream
    interpolation: str = "none"
    crop: CropTrack | None = None

    @property
    def cut(self) -> Cut:
        return self.span.cut

    @property
    def drops_frames(self) -> bool:
        """Whether the source shows more frames a second than the edit. Then retiming comes before framing,
        whose filters see timestamps of the cut as it plays; otherwise those of the source, from `seek` on."""
        return Fraction(self.source.probe.fps) * self.cut.fastest > self.fps

    @property
    def is_interpolated(self) -> bool:
        """Whether frames are interpolated because the source shows too few a second."""
        shown = Fraction(self.source.probe.fps) * min(step.speed for step in self.cut.steps)
        return self.interpolation == "motion" and self.cut.freeze is None and shown < self.fps

    @property
    def has_sound(self) -> bool:
        return self.source.probe.has_audio and not self.cut.silent


def clip_nodes(
    document: Document, sources: Mapping[str, Source], crops: Mapping[int, CropTrack]
) -> tuple[ClipNode, ...]:
    nodes = (_clip_node(document, sources, index, span) for index, span in enumerate(spans(document)))
    return tuple(replace(node, crop=crops.get(node.index)) for node in nodes)


def _clip_node(document: Document, sources: Mapping[str, Source], index: int, span: Span) -> ClipNode:
    source, fps = sources[span.cut.clip], document.canvas.fps
    read = window(span, source, fps)
    sizes = document.canvas.size, document.size
    opened = _input(source, index, read)
    return ClipNode(index, span, source, read, *sizes, fps, opened, document.delivery.interpolation)


def _input(source: Source, index: int, read: Window) -> Stream:
    """An input of its own for every cut. ffmpeg-python merges equal inputs into one, whose frames would then
    be buffered for the second cut until the first is done: hence the microseconds by which they differ."""
    times: dict[str, Any] = {"t": ffmpeg_seconds(read.seconds + Fraction(index, 10**6))}
    times["threads"] = DECODER_THREADS
    if decoder := colour.decoder(source.probe.video_codec, source.probe.colours):
        times["vcodec"] = decoder
    if read.seek:
        times["ss"] = ffmpeg_seconds(read.seek)
    return ffmpeg.input(**safe_input_kwargs(source.path), **times)


def picture_of(opened: Stream, source: Source) -> Stream:
    """The picture of an input: cover art and other streams may stand before it."""
    return opened[str(source.probe.video_index)]


def sound_of(opened: Stream, source: Source) -> Stream:
    """The sound of an input in stereo, as loud as it was recorded: see `library.media.stereo`."""
    audio, layout = opened[str(source.probe.audio_index)], source.probe.audio_layout
    if layout != "stereo":
        audio = audio.filter("pan", args=stereo.pan(layout))
    return audio.filter("alimiter", **stereo.LIMITER) if stereo.is_mixed_down(layout) else audio


def ffmpeg_seconds(value: Fraction) -> str:
    """Seconds as ffmpeg reads them, to the microsecond it counts in."""
    return f"{float(value):.6f}"
