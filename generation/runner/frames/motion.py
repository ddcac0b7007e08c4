"""Frame interpolation along the motion that dense optical flow finds (DIS: Kroeger et al., 2016).

The intermediate fields follow Jiang et al., Super SloMo (2018), eq. 4: from the flows 0→1 and 1→0, those from
the instant t to either side. Where the two flows disagree a pixel is occluded on one side, and the other side
is used.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames.canvas import Frame

Field = NDArray[np.float32]  # (height, width, 2), pixels
NO_SECOND_MAP: Any = None  # the first map holds both coordinates
CUT = 45.0  # mean grey difference, of 255, after motion compensation, that means another scene
DISAGREEMENT = 1.5  # pixels between a point and where the flows lead it back to, at which it counts 1/e


class FrameInterpolator:
    """Frames between `before` and `after`. Flow is computed at their size, pixels come from the `large`
    versions of both, which may be of another size."""

    def __init__(self, before: Frame, after: Frame, large: tuple[Frame, Frame]) -> None:
        greys: list[Any] = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after)]
        self._forward, self._backward = flow(*greys), flow(*reversed(greys))
        self._agreement = (
            flow_agreement(self._forward, self._backward),
            flow_agreement(self._backward, self._forward),
        )
        self._large = large
        self._grid = _grid(large[0].shape[1], large[0].shape[0])
        self._cut = _difference(greys[0], warp(greys[1], self._forward)) > CUT

    def at(self, time: float) -> Any:
        """The large frame at `time`, 0 < time < 1. Across a cut it is the nearer one, not a blend."""
        if self._cut:
            return self._large[time >= 0.5]
        to_before = time * time * self._backward - (1 - time) * time * self._forward
        to_after = (1 - time) ** 2 * self._forward - time * (1 - time) * self._backward
        weight = self._weight(time, to_before, to_after)
        before, after = self._warped(0, to_before), self._warped(1, to_after)
        return cv2.blendLinear(before, after, weight, 1 - weight)

    def _weight(self, time: float, to_before: Field, to_after: Field) -> Any:
        """The share of the earlier frame, 0…1, per pixel of the large frames."""
        before = (1 - time) * warp(self._agreement[0], to_before) + 1e-3
        after = time * warp(self._agreement[1], to_after) + 1e-3
        return cv2.resize(before / (before + after), self._size, interpolation=cv2.INTER_LINEAR)

    def _warped(self, side: int, field: Field) -> Any:
        factor = self._size[0] / field.shape[1]
        large = cv2.resize(field, self._size, interpolation=cv2.INTER_LINEAR) * np.float32(factor)
        return _remap(self._large[side], self._grid + large)

    @property
    def _size(self) -> tuple[int, int]:
        return self._large[0].shape[1], self._large[0].shape[0]


def warp_along(picture: Any, here: Any, there: Any) -> Any:
    """`picture`, drawn on the grey frame `there`, moved to where its pixels are in the grey frame `here`.

    The two may be smaller than `picture`, which has any number of channels."""
    field, (height, width) = flow(here, there), picture.shape[:2]
    large = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    return _remap(picture, _grid(width, height) + large * np.float32(width / field.shape[1]))


def flow(before: Any, after: Any) -> Field:
    """How far each pixel of the grey frame `before` has moved in `after`: (height, width, 2)."""
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0 if before.shape[0] <= 256 else 1)
    return search.calc(before, after, None)


def warp(picture: Any, field: Field) -> Any:
    """`picture` sampled where `field` points to from every pixel."""
    return _remap(picture, _grid(field.shape[1], field.shape[0]) + field)


def flow_agreement(forward: Field, backward: Field) -> NDArray[np.float32]:
    """1 where going forth and back returns to the same pixel, toward 0 where it does not: (height, width)."""
    astray = np.linalg.norm(forward + warp(backward, forward), axis=2)
    return np.exp(-((astray / DISAGREEMENT) ** 2)).astype(np.float32)


def _grid(width: int, height: int) -> Field:
    return np.dstack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)))


def _remap(picture: Any, at: Any) -> Any:
    """`picture` at the places `at`; outside of it, its edge."""
    return cv2.remap(picture, at, NO_SECOND_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _difference(one: Any, other: Any) -> float:
    return float(cv2.absdiff(one, other).mean())
