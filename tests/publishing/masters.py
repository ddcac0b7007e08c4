"""Real delivery masters, small and quick to make."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264, Encoder


def with_sound(path: Path, *, seconds: float = 6.5, size: tuple[int, int] = (640, 360)) -> Path:
    """A moving test card with a tone, by the command line."""
    card = ["-f", "lavfi", "-i", f"testsrc2=s={size[0]}x{size[1]}:r=30:d={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=r=48000:d={seconds}"]
    ffmpeg.run([*card, *tone, *MASTER_X264, path.name], cwd=path.parent)
    return path


def silent(path: Path, *, frames: int = 150, size: tuple[int, int] = (360, 640), shade: int = 128) -> Path:
    """Blocks that wander over a plain ground, by the encoder that model runners write to."""
    width, height = size
    with Encoder(path, width=width, height=height, fps=30) as encoder:
        for number in range(frames):
            encoder.write(_wandering(width, height, shade, number))
    return path


def _wandering(width: int, height: int, shade: int, number: int) -> NDArray[np.uint8]:
    frame = np.full((height, width, 3), shade, np.uint8)
    left = number * 2 % (width - 60)
    frame[height // 2 : height // 2 + 60, left : left + 60] = (200, 40, 90)
    return frame


def with_open_groups(path: Path, *, seconds: float = 5) -> Path:
    """A file nobody here would make: pictures lean on the group after them, and another set-up is needed."""
    card = ["-f", "lavfi", "-i", f"testsrc2=s=320x240:r=30:d={seconds}"]
    odd = ["-c:v", "libx264", "-x264-params", "open-gop=1:ref=5:keyint=30", "-pix_fmt", "yuv420p"]
    ffmpeg.run([*card, *odd, path.name], cwd=path.parent)
    return path
