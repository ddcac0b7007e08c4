"""Frames between two frames, along the motion that dense optical flow finds.

The intermediate fields follow Jiang et al., Super SloMo (2018), eq. 4: from the flows 0→1 and 1→0, those from
the instant t to either side. Where the two flows disagree, something is hidden on one side and the other is
believed.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames.canvas import Frame

Field = NDArray[np.float32]  # (height, width, 2), pixels
NO_SECOND_MAP: Any = None  # the first map holds both coordinates
CUT = 45.0  # mean grey difference, of 255, after compensation: another scene, not motion
TRUST = 1.5  # pixels of disagreement after which a flow counts 1/e


class Between:
    """In-betweens of the frames `before` and `after`; flow at their size, pixels from the `large` ones."""

    def __init__(self, before: Frame, after: Frame, large: tuple[Frame, Frame]) -> None:
        greys: list[Any] = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after)]
        self._forth, self._back = flow(*greys), flow(*reversed(greys))
        self._trust = agreement(self._forth, self._back), agreement(self._back, self._forth)
        self._large = large
        self._grid = _grid(large[0].shape[1], large[0].shape[0])
        self._cut = _difference(greys[0], sampled(greys[1], self._forth)) > CUT

    def at(self, time: float) -> Any:
        """The frame at `time`, 0 < time < 1."""
        if self._cut:
            return self._large[time >= 0.5]
        left = time * time * self._back - (1 - time) * time * self._forth
        right = (1 - time) ** 2 * self._forth - time * (1 - time) * self._back
        weight = self._weight(time, left, right)
        ours, theirs = self._warped(0, left), self._warped(1, right)
        return cv2.blendLinear(ours, theirs, weight, 1 - weight)

    def _weight(self, time: float, left: Field, right: Field) -> Any:
        """How much of the earlier frame shows, per pixel of the large frames."""
        ours = (1 - time) * sampled(self._trust[0], left) + 1e-3
        theirs = time * sampled(self._trust[1], right) + 1e-3
        return cv2.resize(ours / (ours + theirs), self._size, interpolation=cv2.INTER_LINEAR)

    def _warped(self, side: int, field: Field) -> Any:
        factor = self._size[0] / field.shape[1]
        large = cv2.resize(field, self._size, interpolation=cv2.INTER_LINEAR) * np.float32(factor)
        return _read(self._large[side], self._grid + large)

    @property
    def _size(self) -> tuple[int, int]:
        return self._large[0].shape[1], self._large[0].shape[0]


def follow(picture: Any, here: Any, there: Any) -> Any:
    """`picture`, drawn on the grey frame `there`, moved to where its pixels are in the grey frame `here`.

    The two may be smaller than `picture`, which has any number of channels."""
    field, (height, width) = flow(here, there), picture.shape[:2]
    large = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    return _read(picture, _grid(width, height) + large * np.float32(width / field.shape[1]))


def flow(before: Any, after: Any) -> Field:
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0 if before.shape[0] <= 256 else 1)
    return search.calc(before, after, None)


def _grid(width: int, height: int) -> Field:
    return np.dstack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)))


def sampled(picture: Any, field: Field) -> Any:
    """`picture` read where `field` points to from every pixel."""
    return _read(picture, _grid(field.shape[1], field.shape[0]) + field)


def _read(picture: Any, at: Any) -> Any:
    """`picture` at the places `at`; outside of it, its edge."""
    return cv2.remap(picture, at, NO_SECOND_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def agreement(forth: Field, back: Field) -> NDArray[np.float32]:
    """1 where going forth and back returns to the same pixel, toward 0 where it does not."""
    astray = np.linalg.norm(forth + sampled(back, forth), axis=2)
    return np.exp(-((astray / TRUST) ** 2)).astype(np.float32)


def _difference(one: Any, other: Any) -> float:
    return float(cv2.absdiff(one, other).mean())
