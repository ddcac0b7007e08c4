"""Encoding a few frames so that they fit into a stream x264 made: with the settings it left in there."""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from library.media.guard.container import open_container
from library.media.h264.encode import SAME_BYTES
from library.media.h264.splice import packets

WRITTEN = re.compile(rb"x264 - core \d+.*?options: ([ -~]+)", re.DOTALL)
# What shapes the parameter sets, and the look. As x264 writes it, and as it reads it.
READ = {
    "cabac": "cabac",
    "ref": "ref",
    "me": "me",
    "subme": "subme",
    "psy": "psy",
    "psy_rd": "psy-rd",
    "mixed_ref": "mixed-refs",
    "trellis": "trellis",
    "8x8dct": "8x8dct",
    "bframes": "bframes",
    "b_pyramid": "b-pyramid",
    "b_adapt": "b-adapt",
    "weightb": "weightb",
    "weightp": "weightp",
    "crf": "crf",
}
SHAPE = ("width", "height", "pix_fmt", "color_range", "colorspace", "color_primaries", "color_trc")


def settings(path: Path) -> dict[str, str]:
    """The settings of the x264 that encoded `path`, by the names it reads; empty if that was another."""
    with open_container(path) as media:
        first = next(packets(media.demux(video=0)), None)
    written = WRITTEN.search(bytes(first)) if first else None
    told = dict(pair.split("=", 1) for pair in written[1].decode().split() if "=" in pair) if written else {}
    return {READ[name]: value.replace(":", ",") for name, value in told.items() if name in READ}


class Matching:
    """Encodes frames to the MP4 `target` as `like` was encoded; its first is a keyframe, its only one.

    Raises av.FFmpegError where that cannot be."""

    def __init__(self, target: Path, like: Path, *, fps: Fraction) -> None:
        with open_container(like) as media:
            shape: Any = media.streams.video[0].codec_context
        given = settings(like) | {"keyint": "infinite", "scenecut": "0"}
        if shape.sample_aspect_ratio:  # PyAV lets nobody set it; where it is not said, we do not say it
            square = Fraction(shape.sample_aspect_ratio)
            given["sar"] = f"{square.numerator}/{square.denominator}"
        given |= {"asm": SAME_BYTES["x264-params"].removeprefix("asm=")} if SAME_BYTES else {}
        options = {"x264-params": ":".join(f"{name}={value}" for name, value in given.items())}
        self._container = av.open(str(target), "w", format="mp4")
        self._stream: Any = self._container.add_stream("libx264", rate=fps, options=options)
        for name in SHAPE:
            setattr(self._stream.codec_context, name, getattr(shape, name))
        self._stream.codec_context.time_base = 1 / fps
        self._frames = 0

    def write(self, frame: av.VideoFrame) -> None:
        frame.pts, frame.time_base = self._frames, self._stream.codec_context.time_base
        frame.pict_type = av.video.frame.PictureType.NONE
        self._container.mux(self._stream.encode(frame))
        self._frames += 1

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
