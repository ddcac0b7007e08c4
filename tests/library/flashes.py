"""Films that flash and beep at the same instants, put out of order; and when a file shows them."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from library.media.guard import ffmpeg

PERIOD, BEGINS, LASTS = 1.0, 0.5, 0.1  # seconds
RATE = 48_000  # hertz
LOUD, LIGHT = 0.05, 110


def film(
    folder: Path,
    name: str = "in.mp4",
    *,
    seconds: float = 2,
    fps: str = "30",
    picture: str = "null",
    sound: str | None = "anull",
    more: tuple[str, ...] = (),
    size: str = "160x90",
) -> Path:
    """A black picture that turns white for LASTS seconds of every PERIOD, with a beep at the same time.

    `picture` and `sound` are filters that come after it, `more` goes before the name."""
    on = f"between(mod(t+0.0001,{PERIOD}),{BEGINS},{BEGINS + LASTS})"
    flashes = f"color=black:s={size}:r={fps}:d={seconds},drawbox=enable='{on}':color=white:t=fill"
    beeps = f"aevalsrc='0.8*sin(2*PI*1000*t)*{on}':s={RATE}:d={seconds}"
    graph = [f"{flashes},{picture}[v]"] + ([f"{beeps},{sound}[a]"] if sound else [])
    mapped = ("-map", "[v]", *(("-map", "[a]") if sound else ()))
    quick = () if name.endswith(".webm") else ("-preset", "ultrafast", "-g", "15")
    codecs = ("-c:a", "libopus") if name.endswith((".webm", ".mkv")) else ()
    args = ["-filter_complex", ";".join(graph), *mapped, "-pix_fmt", "yuv420p", *quick, *codecs, *more, name]
    ffmpeg.run(args, cwd=folder)
    return folder / name


def copied(
    source: Path,
    name: str,
    *,
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    sound_later: float = 0,
) -> Path:
    """The packets of `source` in another file, those of the sound `sound_later` seconds later."""
    inputs = [*before, "-i", source.name, "-itsoffset", str(sound_later), *before, "-i", source.name]
    ffmpeg.run([*inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", *after, name], cwd=source.parent)
    return source.with_name(name)


def luma(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When each frame is shown, in seconds, and its mean luma."""
    with av.open(str(path)) as media:
        seen = [
            (float(frame.time or 0), frame.to_ndarray(format="gray").mean())
            for frame in media.decode(video=0)
        ]
    times, levels = zip(*seen, strict=True)
    return np.array(times), np.array(levels)


def samples(path: Path) -> NDArray[np.float32]:
    """The first channel of the sound, one frame laid behind the other: no look at their times."""
    with av.open(str(path)) as media:
        heard = [frame.to_ndarray()[0] for frame in media.decode(audio=0)]
    return np.concatenate(heard)


def sound_begins(path: Path) -> float:
    """When the first sample is heard, in seconds."""
    with av.open(str(path)) as media:
        return float(next(media.decode(audio=0)).time or 0)


def seen(path: Path) -> list[float]:
    """When each flash begins, in seconds."""
    times, levels = luma(path)
    return _begins(times, levels > LIGHT)


def heard(path: Path) -> list[float]:
    """When each beep begins, in seconds: samples are laid end to end, without a look at their times."""
    loud = np.abs(_whole_milliseconds(samples(path))).max(1) > LOUD
    held = np.convolve(loud, np.ones(20), "full")[: len(loud)] > 0  # a sine is silent twice a period
    return _begins(sound_begins(path) + np.arange(len(loud)) / 1000, held)


def _whole_milliseconds(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    each = RATE // 1000
    return sound[: len(sound) // each * each].reshape(-1, each)


def _begins(times: NDArray[np.float64], on: NDArray[np.bool_]) -> list[float]:
    before = np.concatenate([[False], on[:-1]])
    return [float(time) for time in times[on & ~before]]
