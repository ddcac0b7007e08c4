"""Between the shape a clip is delivered in and the native canvas a model draws on.

Native sizes are multiples of 16 or 32, so they rarely have the asked-for shape exactly. The delivered
picture is the largest centred part of the canvas that has it; what lies outside is cut away.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]  # (height, width, 3), RGB
Size = tuple[int, int]  # (width, height)


def window(canvas: Size, shape: Size) -> tuple[int, int, int, int]:
    """(x, y, width, height) of the largest centred part of `canvas` with the shape of `shape`."""
    width = min(canvas[0], round(canvas[1] * shape[0] / shape[1]))
    height = min(canvas[1], round(canvas[0] * shape[1] / shape[0]))
    return (canvas[0] - width) // 2, (canvas[1] - height) // 2, width, height


def crop(frame: Frame, shape: Size) -> Frame:
    """The centred part of `frame` that has the shape of `shape`; a view."""
    x, y, width, height = window((frame.shape[1], frame.shape[0]), shape)
    return frame[y : y + height, x : x + width]


def resize(frame: Frame, size: Size) -> Any:
    """`frame` at `size`: Lanczos where it grows, area average where it shrinks."""
    if (frame.shape[1], frame.shape[0]) == size:
        return np.ascontiguousarray(frame)
    shrinks = size[0] < frame.shape[1]
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4)


def onto(picture: Frame, canvas: Size, shape: Size) -> Any:
    """`picture` as a native frame of size `canvas`: cropped to `shape`, placed where `crop` will cut, edges
    mirrored outward."""
    x, y, width, height = window(canvas, shape)
    inner = resize(crop(picture, shape), (width, height))
    below, right = canvas[1] - y - height, canvas[0] - x - width
    return cv2.copyMakeBorder(inner, y, below, x, right, cv2.BORDER_REFLECT_101)
