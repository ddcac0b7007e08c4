"""Delivery masters: H.264, bt709 limited range and tagged so, closed groups of 60 frames, ready for HLS."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)
from numpy.typing import NDArray

from library.media.sound import Sound

# x264's AVX-512 code reads memory that nobody wrote, where the macroblocks do not fill its registers (by its
# macroblock tree): the same frames came out as other bytes. Processors that have it are held to AVX2.
_CPU: dict[str, bool] = np._core._multiarray_umath.__cpu_features__  # type: ignore[attr-defined]
_UP_TO_AVX2 = "MMX2,SSE2,FastShuffle,SSEMisalign,LZCNT,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
SAME_BYTES: dict[str, str] = {"x264-params": f"asm={_UP_TO_AVX2}"} if _CPU.get("AVX512F") else {}

GOP = 60  # frames: two seconds at 30 a second, one HLS segment
AUDIO_RATE = 48_000

MASTER_KWARGS: dict[str, Any] = {
    "vcodec": "libx264",
    "preset": "veryfast",
    "crf": 18,
    "pix_fmt": "yuv420p",
    "g": GOP,
    "keyint_min": GOP,
    "sc_threshold": 0,
    "flags": "+cgop",
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
    "acodec": "aac",
    "audio_bitrate": "160k",
    "ar": AUDIO_RATE,
    "ac": 2,
    "movflags": "+faststart",
    "map_metadata": -1,
    **SAME_BYTES,
}
_CLI_NAMES = {"vcodec": "c:v", "acodec": "c:a", "audio_bitrate": "b:a"}
MASTER_X264: tuple[str, ...] = tuple(
    argument
    for name, value in MASTER_KWARGS.items()
    for argument in (f"-{_CLI_NAMES.get(name, name)}", str(value))
)
WHOLE = {"movflags": "+faststart", "fflags": "+bitexact"}
FRAGMENTED = {"movflags": "+frag_keyframe+empty_moov+default_base_moof+delay_moov", "fflags": "+bitexact"}
EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


class Encoder:
    """Writes frames to an MP4 master; memory does not grow with its length.

    Use as a context manager: the file appears at `path` only when the block ends well. `audio` is a
    sound file laid under the picture, cut to its length. `threads` 0 lets x264 choose; the bytes depend
    on it. Same frames, settings and threads: same bytes. `fragmented`: a part of a longer master, written
    straight through, for `join`.
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        fps: Fraction | int,
        crf: int = 18,
        preset: str = "veryfast",
        audio: Path | None = None,
        threads: int = 0,
        fragmented: bool = False,
    ) -> None:
        if width % 2 or height % 2:
            raise ValueError(f"4:2:0 video needs even sides, not {width}×{height}.")
        self.path, self.width, self.height, self.fps = path, width, height, Fraction(fps)
        self.frames = 0
        self._size, self._converter = (width, height), VideoReformatter()
        self._part = path.with_name(f"{path.name}.part")
        muxer = FRAGMENTED if fragmented else WHOLE
        self._container = av.open(str(self._part), "w", format="mp4", container_options=muxer)
        self._stream = self._video_stream(crf, preset, threads)
        self._sound = Sound(self._container, audio, AUDIO_RATE) if audio else None

    def write(self, rgb: NDArray[np.uint8]) -> None:
        """Append one frame: uint8, (height, width, 3), sRGB, full range."""
        if rgb.shape != (self.height, self.width, 3) or rgb.dtype != np.uint8:
            raise ValueError(
                f"A frame is uint8 ({self.height}, {self.width}, 3), not {rgb.dtype} {rgb.shape}."
            )
        self.write_scaled(rgb)

    def write_scaled(self, rgb: NDArray[np.uint8]) -> None:
        """Append one frame of any size, brought to the master's as its colours are converted.

        One pass of swscale does both, in a fraction of the time that scaling RGB takes."""
        frame = as_bt709(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), self._size, self._converter
        )
        frame.pts, frame.time_base = self.frames, 1 / self.fps
        self._container.mux(self._stream.encode(frame))
        self.frames += 1
        if self._sound:
            self._sound.advance(self.frames / self.fps)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        if not self.frames:
            raise ValueError("A video needs at least one frame.")
        self._container.mux(self._stream.encode(None))
        if self._sound:
            self._sound.finish(self.frames / self.fps)
        self._container.close()
        self._part.replace(self.path)

    def _video_stream(self, crf: int, preset: str, threads: int) -> av.VideoStream:
        options = {
            "preset": preset,
            "crf": str(crf),
            "keyint_min": str(GOP),
            "sc_threshold": "0",
            "flags": "+cgop",
            "threads": str(threads or "auto"),
            **SAME_BYTES,
        }
        stream = self._container.add_stream("libx264", rate=self.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, "yuv420p"
        stream.gop_size = GOP
        stream.codec_context.time_base = 1 / self.fps
        stream.codec_context.color_range = ColorRange.MPEG
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_primaries = ColorPrimaries.BT709
        stream.codec_context.color_trc = ColorTrc.BT709
        return stream


def as_bt709(
    rgb: av.VideoFrame, size: tuple[int, int] | None = None, converter: VideoReformatter | None = None
) -> av.VideoFrame:
    """Full-range RGB to limited-range bt709, at `size` (width, height) if it is another.

    Swscale would take bt601, and the colours would shift. A `converter` keeps its tables between frames."""
    width, height = size or (rgb.width, rgb.height)
    same = (rgb.width, rgb.height) == (width, height)
    frame = (converter or VideoReformatter()).reformat(
        rgb,
        width=width,
        height=height,
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=(Interpolation.BICUBIC if same else Interpolation.LANCZOS) | EXACT,
    )
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    frame.color_primaries, frame.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return frame
