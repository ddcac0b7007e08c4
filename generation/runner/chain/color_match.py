"""Colour drift between segments, measured where they overlap and taken back.

A segment begins with frames of its predecessor, but does not give them back exactly: the codec dulls them,
the model shifts them, and over a chain this adds up. The overlap shows the same pictures twice, so what must
be done to the segment is known: each Lab channel is given the mean and spread it had (Reinhard et al., Color
Transfer between Images, 2001), within bounds, for a model that begins with something else is not drifting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames.canvas import Frame

MOST_SHIFT = 12.0  # Lab units
MOST_GAIN = 1.1
UNSEEN = 0.1  # Lab units: less than a step of 8 bits

Channels = NDArray[np.float32]  # L, a, b


@dataclass(frozen=True, slots=True)
class Correction:
    """Lab → (Lab − `centre`)·`gain` + `centre` + `shift`. `drift`: ΔE between the mean colours."""

    centre: Channels
    gain: Channels
    shift: Channels
    drift: float

    def apply(self, frame: Frame) -> Frame:
        """`frame` corrected; itself, where there is nothing one could see."""
        if max(abs(self.shift).max(), 50 * abs(self.gain - 1).max()) < UNSEEN:
            return frame
        lab = (_lab(frame) - self.centre) * self.gain + (self.centre + self.shift)
        rgb: Any = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
        return (rgb.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def correction(overlap: Iterable[Frame], predecessor: Iterable[Frame]) -> Correction:
    """What makes the colours of `overlap` those of `predecessor`: the same pictures, before."""
    own, meant = (np.stack([_lab(frame) for frame in frames]) for frames in (overlap, predecessor))
    centre, wanted = own.mean((0, 1, 2)), meant.mean((0, 1, 2))
    gain = (meant.std((0, 1, 2)) + 1e-3) / (own.std((0, 1, 2)) + 1e-3)
    shift = wanted - centre
    return Correction(
        centre=centre,
        gain=gain.clip(1 / MOST_GAIN, MOST_GAIN),
        shift=shift.clip(-MOST_SHIFT, MOST_SHIFT),
        drift=round(float(np.linalg.norm(shift)), 3),
    )


def _lab(frame: Frame) -> Any:
    return cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
