"""Clips whose every frame shows its own number, and how to read it back."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from library.media.guard import ffmpeg
from library.media.h264.encode import Encoder

BITS = 8


def numbered(path: Path, *, frames: int, size: tuple[int, int] = (160, 96), fps: Fraction | int = 30) -> Path:
    """A clip whose frame n shows n in binary: eight stripes from top to bottom, white for one."""
    with Encoder(path, width=size[0], height=size[1], fps=fps, crf=12) as encoder:
        for number in range(frames):
            encoder.write(striped(number, size))
    return path


def striped(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    ones = np.array([number >> bit & 1 for bit in range(BITS)], dtype=bool)
    rows = np.where(ones[np.arange(size[1]) * BITS // size[1]], 230, 20).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(rows[:, None, None], (size[1], size[0], 3)))


def numbers(path: Path) -> list[int]:
    """The number every frame of `path` shows, read down the middle."""
    return [_number(picture[..., 0]) for picture in pictures(path)]


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame, (height, width, 3) uint8 RGB."""
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def _number(grey: NDArray[np.uint8]) -> int:
    height, width = grey.shape
    middles = [(2 * bit + 1) * height // (2 * BITS) for bit in range(BITS)]
    return sum((int(grey[middle, width // 2]) > 128) << bit for bit, middle in enumerate(middles))


def with_tone(folder: Path, name: str, *, frames: int, tone: str = "sine=440") -> Path:
    """A numbered clip with a tone under it."""
    silent, out = numbered(folder / f"{name}-silent.mp4", frames=frames), folder / f"{name}.mp4"
    sound = ["-f", "lavfi", "-i", f"{tone}:d={frames / 30}", "-c:v", "copy", "-c:a", "aac"]
    ffmpeg.run([*ffmpeg.safe_input(silent), *sound, str(out)], cwd=folder)
    return out


def heard(path: Path) -> NDArray[np.float64]:
    """The left channel of the sound, -1..1 at 48 kHz."""
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(parts).astype(float)


def level(sound: NDArray[np.float64], start: float, end: float) -> float:
    """RMS between two moments, in seconds."""
    part = sound[round(start * 48_000) : round(end * 48_000)]
    return float(np.sqrt(np.mean(part**2)))


def document(*clips: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An edit document of `clips` on a canvas of 160×96, unless told otherwise."""
    return {"version": 1, "canvas": {"size": [160, 96]}, "clips": list(clips), **more}


def cut(start: float, end: float, clip: str = "a", **more: Any) -> dict[str, Any]:
    return {"clip": clip, "start": start, "end": end, **more}
