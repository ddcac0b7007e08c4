"""Pictures out of a source, changed one by one, and back on the same timeline without loss."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from editing.engine.render.source import Source
from editing.engine.timing.timeline import VARIABLE_RATE_LEAD
from library.media.guard.container import open_container
from library.media.h264.encode import as_bt709
from library.media.progress import SILENT, Progress

Picture = NDArray[np.uint8]  # (height, width, 3), sRGB, full range
Size = tuple[int, int]
Change = Callable[[Picture, float], Picture]  # of a picture at a second of its source

LOSSLESS = {"preset": "ultrafast", "qp": "0", "g": "30"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """`start` to `end` seconds of a source."""

    start: float
    end: float

    def frames(self, source: Source) -> int:
        """About how many pictures that is."""
        return max(1, round((self.end - self.start) * float(source.probe.fps)))

    def holds(self, frame: av.VideoFrame) -> bool:
        return frame.time is not None and self.start <= frame.time <= self.end

    def with_margins(self, source: Source) -> "Stretch":
        """As far as the compiler may read past a cut to find the picture on screen at either end of it."""
        after = 2 / float(source.probe.fps) + 0.1
        before = VARIABLE_RATE_LEAD if source.probe.variable_rate else after
        return Stretch(self.start - before, self.end + after)


@dataclass(slots=True)
class Watch:
    """Counts the pictures done, for `progress`, which may cancel between two of them."""

    progress: Progress = SILENT
    done: int = 0

    def look(self) -> None:
        self.progress.check()

    def count(self) -> None:
        self.done += 1
        self.progress.step(self.done)


def film_in(workdir: Path, kind: str, *what: object) -> Path:
    """Where the film of `kind` that shows `what` lies: by its content: only its like is taken for it."""
    return workdir / f"{kind}-{sha256(repr(what).encode()).hexdigest()[:16]}.mp4"


def develop(
    source: Source,
    out: Path,
    *,
    stretches: Iterable[Stretch],
    size: Size,
    change: Change,
    watch: Watch,
) -> Source:
    """`source` with the pictures of `stretches` changed to `size`, and its sound as it was, at `out`.

    What lies outside the stretches is left out. `out` appears only when it is whole: what is there already
    is taken as it is.
    """
    kept = tuple(one.with_margins(source) for one in stretches)
    if not out.exists():
        with open_container(source.path) as negative, Film(out, size, negative) as film:
            film.anchor(next(negative.decode(video=0)), kept)
            for frame, seconds in _frames(negative, film, kept):
                watch.look()
                film.write(change(_picture(frame, source), seconds), frame)
                watch.count()
    upright = replace(source.probe, width=size[0], height=size[1], rotation=0)
    return Source(out, upright, matrix_named=True)


class Film:
    """Writes lossless H.264 and the source's own sound to MP4, which keeps its times to the sample (Matroska
    would round them to milliseconds); whole, or not at all."""

    def __init__(self, path: Path, size: Size, negative: InputContainer) -> None:
        self.path, self._part = path, path.with_name(f"{path.name}.part")
        keep_times = {"avoid_negative_ts": "disabled"}
        self._container = av.open(str(self._part), "w", format="mp4", container_options=keep_times)
        self._video = self._stream(size, negative)
        sound = next(iter(negative.streams.audio), None)
        self._sound = self._container.add_stream_from_template(sound) if sound else None
        self._last = -1.0

    def anchor(self, first: av.VideoFrame, kept: tuple[Stretch, ...]) -> None:
        """A black picture where the source begins, if nothing of it is kept there: ffmpeg counts seconds from
        where a file begins, and this one has to begin where the source does."""
        if not any(one.holds(first) for one in kept):
            self.write(np.zeros((self._video.height, self._video.width, 3), np.uint8), first)

    def write(self, picture: Picture, at: av.VideoFrame) -> None:
        """Append a picture, shown when `at` is; one that is not later than the last is left out."""
        if at.time is None or at.time <= self._last:
            return
        frame = as_bt709(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24"))
        frame.pts, frame.time_base, self._last = at.pts, at.time_base, at.time
        self._container.mux(self._video.encode(frame))

    def copy(self, packet: av.Packet) -> None:
        """Append a packet of the sound; what was there only to prime its decoder is left out."""
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

    def _stream(self, size: Size, negative: InputContainer) -> Any:
        shown = negative.streams.video[0]
        stream = self._container.add_stream("libx264", rate=shown.average_rate or 30, options=LOSSLESS)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        coding = stream.codec_context
        coding.time_base = shown.time_base or Fraction(1, 90_000)
        coding.color_range, coding.colorspace = ColorRange.MPEG, Colorspace.ITU709
        coding.color_primaries, coding.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        return stream


def _frames(
    negative: InputContainer, film: Film, kept: tuple[Stretch, ...]
) -> Iterator[tuple[av.VideoFrame, float]]:
    """The frames within any stretch, in order, while the sound beside them is copied."""
    video = negative.streams.video[0]
    begin, end = min(one.start for one in kept), max(one.end for one in kept)
    negative.seek(max(0, int(begin * av.time_base)))
    for packet in negative.demux(video, *negative.streams.audio[:1]):
        if packet.dts is not None and packet.dts * packet.time_base > end + 1:
            break
        if packet.stream is not video:
            film.copy(packet)
            continue
        for frame in video.codec_context.decode(packet):
            if any(one.holds(frame) for one in kept):
                yield frame, float(frame.time or 0)


def _picture(frame: av.VideoFrame, source: Source) -> Picture:
    """Upright, in square pixels, with its colours read as the compiler would read them."""
    turned = source.probe.rotation % 180 != 0
    width, height = reversed(source.even) if turned else source.even
    matrix = Colorspace.ITU709 if source.silently_hd else None
    rgb = frame.reformat(
        width=width, height=height, format="rgb24", src_colorspace=matrix, dst_color_range=ColorRange.JPEG
    )
    return np.ascontiguousarray(np.rot90(rgb.to_ndarray(), source.probe.rotation // 90))
