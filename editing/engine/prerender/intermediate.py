"""Lossless intermediates: the pictures of a source, transformed one by one, on the source's own timeline."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import NDArray

from editing.engine.source import Source
from editing.engine.timing.timeline import VARIABLE_RATE_LEAD
from library.media import colour
from library.media.guard.container import open_container
from library.media.h264.encode import as_bt709
from library.media.progress import SILENT, Progress

Picture = NDArray[np.uint8]  # (height, width, 3), sRGB, full range
Size = tuple[int, int]  # (width, height)
Streams = tuple[VideoStream, AudioStream | None]  # of the picture and of the sound
Transform = Callable[[Picture, float], Picture]  # (picture, second of the source) → picture

LOSSLESS = {"preset": "ultrafast", "qp": "0", "g": "30"}  # of x264


@dataclass(frozen=True, slots=True)
class TimeRange:
    """`start` to `end` seconds of a source."""

    start: float
    end: float

    def frame_count(self, source: Source) -> int:
        """About how many frames that is."""
        return max(1, round((self.end - self.start) * float(source.probe.fps)))

    def contains(self, frame: av.VideoFrame) -> bool:
        return frame.time is not None and self.start <= frame.time <= self.end

    def with_margins(self, source: Source) -> "TimeRange":
        """As far as the graph may read beyond a cut to find the picture on screen at either end of it."""
        after = 2 / float(source.probe.fps) + 0.1
        before = VARIABLE_RATE_LEAD if source.probe.variable_rate else after
        return TimeRange(self.start - before, self.end + after)


@dataclass(slots=True)
class Counter:
    """Counts frames done and reports them; `progress.check` may cancel between two of them."""

    progress: Progress = SILENT
    done: int = 0

    def check(self) -> None:
        self.progress.check()

    def count(self) -> None:
        self.done += 1
        self.progress.step(self.done)


def intermediate_path(workdir: Path, kind: str, *content: object) -> Path:
    """The path of the intermediate that shows `content`: its name is a hash of it, so a file found there is
    always the right one."""
    return workdir / f"{kind}-{sha256(repr(content).encode()).hexdigest()[:16]}.mp4"


def render_intermediate(
    source: Source,
    out: Path,
    *,
    ranges: Iterable[TimeRange],
    size: Size,
    transform: Transform,
    counter: Counter,
) -> Source:
    """`source` with the pictures within `ranges` transformed (to `size`), its sound unchanged, at `out`.

    Pictures outside the ranges are left out. `out` appears only when it is whole; one that is there already
    is used as it is. Raises what `transform` or `counter.check` raises.
    """
    kept = tuple(one.with_margins(source) for one in ranges)
    if not out.exists():
        with open_container(source.path) as original:
            streams = _streams(original, source)
            with IntermediateWriter(out, size, streams) as writer:
                writer.pad_start(next(original.decode(streams[0])), kept)
                for frame, seconds in _frames(original, streams, writer, kept):
                    counter.check()
                    writer.write(transform(_picture(frame, source), seconds), frame)
                    counter.count()
    audio_index = 1 if source.probe.has_audio else None
    upright = replace(
        source.probe,
        width=size[0],
        height=size[1],
        rotation=0,
        video_index=0,
        audio_index=audio_index,
        colours=colour.DELIVERED,
    )
    return Source(out, upright)


class IntermediateWriter:
    """Writes lossless H.264 and the source's own sound to MP4, which keeps timestamps exactly (Matroska would
    round them to milliseconds). The file appears whole, or not at all."""

    def __init__(self, path: Path, size: Size, streams: Streams) -> None:
        self.path, self._part = path, path.with_name(f"{path.name}.part")
        keep_times = {"avoid_negative_ts": "disabled"}
        self._container = av.open(str(self._part), "w", format="mp4", container_options=keep_times)
        picture, sound = streams
        self._video = self._video_stream(size, picture)
        self._sound = self._container.add_stream_from_template(sound) if sound else None
        self._last = -1.0

    def pad_start(self, first: av.VideoFrame, kept: tuple[TimeRange, ...]) -> None:
        """A black picture where the source begins, if nothing of it is kept there: ffmpeg counts seconds from
        where a file begins, and this one has to begin where the source does."""
        if not any(one.contains(first) for one in kept):
            self.write(np.zeros((self._video.height, self._video.width, 3), np.uint8), first)

    def write(self, picture: Picture, at: av.VideoFrame) -> None:
        """Append a picture with the timestamp of `at`; one that is not later than the last is left out."""
        if at.time is None or at.time <= self._last:
            return
        frame = as_bt709(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24"))
        frame.pts, frame.time_base, self._last = at.pts, at.time_base, at.time
        self._container.mux(self._video.encode(frame))

    def copy(self, packet: av.Packet) -> None:
        """Append a packet of the sound; one before zero only primes the decoder and is left out."""
        if self._sound is not None and packet.pts is not None and packet.pts >= 0:
            packet.stream = self._sound
            self._container.mux(packet)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._video.encode(None))
            self._container.close()
            if kind is None:
                self._part.replace(self.path)
        finally:
            self._part.unlink(missing_ok=True)

    def _video_stream(self, size: Size, template: VideoStream) -> Any:
        stream = self._container.add_stream("libx264", rate=template.average_rate or 30, options=LOSSLESS)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        context = stream.codec_context
        context.time_base = template.time_base or Fraction(1, 90_000)
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        return stream


def _streams(original: InputContainer, source: Source) -> Streams:
    """Its picture, and its sound if it has one, as the probe found them."""
    found: Any = original.streams
    sound = source.probe.audio_index
    return found[source.probe.video_index], None if sound is None else found[sound]


def _frames(
    original: InputContainer, streams: Streams, writer: IntermediateWriter, kept: tuple[TimeRange, ...]
) -> Iterator[tuple[av.VideoFrame, float]]:
    """The frames within any range, in order, with their seconds; the sound between them is copied."""
    video, sound = streams
    begin, end = min(one.start for one in kept), max(one.end for one in kept)
    original.seek(max(0, int(begin * av.time_base)))
    for packet in original.demux(*(stream for stream in (video, sound) if stream)):
        if packet.dts is not None and packet.dts * packet.time_base > end + 1:
            break
        if packet.stream is not video:
            writer.copy(packet)
            continue
        for frame in video.codec_context.decode(packet):
            if any(one.contains(frame) for one in kept):
                yield frame, float(frame.time or 0)


def _picture(frame: av.VideoFrame, source: Source) -> Picture:
    """Upright, in square pixels. It is BT.709, whether it says so or not (`prerender.colours`)."""
    turned = source.probe.rotation % 180 != 0
    width, height = reversed(source.even_size) if turned else source.even_size
    rgb = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.JPEG,
    )
    return np.ascontiguousarray(np.rot90(rgb.to_ndarray(), source.probe.rotation // 90))
