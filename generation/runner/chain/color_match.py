"""Colour drift between segments, measured where they overlap and corrected.

A segment begins with frames of its predecessor, but does not reproduce them exactly: the VAE dulls them, the
model shifts them, and over a chain this adds up. The overlap shows the same pictures twice, so the correction
is known: each Lab channel is given the mean and standard deviation it had (Reinhard et al., Color Transfer
between Images, 2001), within bounds, for a model that begins with another picture is not drifting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames.canvas import Frame

MAX_SHIFT = 12.0  # Lab units
MAX_GAIN = 1.1
INVISIBLE = 0.1  # Lab units: less than a step of 8 bits

Channels = NDArray[np.float32]  # L, a, b


@dataclass(frozen=True, slots=True)
class Correction:
    """Lab → (Lab − `centre`)·`gain` + `centre` + `shift`. `drift`: ΔE between the mean colours."""

    centre: Channels
    gain: Channels
    shift: Channels
    drift: float

    def apply(self, frame: Frame) -> Frame:
        """`frame` corrected; itself, where the correction would be invisible."""
        if max(abs(self.shift).max(), 50 * abs(self.gain - 1).max()) < INVISIBLE:
            return frame
        lab = (_lab(frame) - self.centre) * self.gain + (self.centre + self.shift)
        rgb: Any = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
        return (rgb.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def correction(overlap: Iterable[Frame], predecessor: Iterable[Frame]) -> Correction:
    """What gives `overlap` the colours of `predecessor`, the same pictures in the segment before."""
    own, wanted = (np.stack([_lab(frame) for frame in frames]) for frames in (overlap, predecessor))
    centre, target = own.mean((0, 1, 2)), wanted.mean((0, 1, 2))
    gain = (wanted.std((0, 1, 2)) + 1e-3) / (own.std((0, 1, 2)) + 1e-3)
    shift = target - centre
    return Correction(
        centre=centre,
        gain=gain.clip(1 / MAX_GAIN, MAX_GAIN),
        shift=shift.clip(-MAX_SHIFT, MAX_SHIFT),
        drift=round(float(np.linalg.norm(shift)), 3),
    )


def _lab(frame: Frame) -> Any:
    return cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
