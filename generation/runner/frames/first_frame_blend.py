"""A clip begins with the very picture it was given, which a model's VAE gives back only approximately.

What the first frame lost of that picture is added to the frames that follow, warped along the motion between
them and fading, so that no step is seen behind the picture.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames import motion
from generation.runner.frames.canvas import Frame

FADE = 1.0  # seconds until nothing of the picture is added
FLOW_SIDE = 180  # pixels of the shorter side that the optical flow is computed at

Detail = NDArray[np.float32]  # (height, width, 3): what to add to a frame


def blend(frames: Iterator[Frame], picture: Frame, *, fps: float) -> Iterator[Frame]:
    """`frames`, of which the first becomes `picture` (of their size), and those of the next `FADE` seconds
    get the detail that the first one lacked."""
    before = next(frames)
    detail: Detail = picture.astype(np.float32) - before
    yield picture
    for number, frame in enumerate(frames, start=1):
        weight = 1 - number / (FADE * fps)
        if weight <= 0:
            yield frame
            break
        detail = _warped(detail, before, frame)
        yield np.clip(frame + weight * detail + 0.5, 0, 255).astype(np.uint8)
        before = frame
    yield from frames


def _warped(detail: Detail, before: Frame, after: Frame) -> Detail:
    """`detail` of the frame `before`, where its pixels are in the frame `after`."""
    return np.asarray(motion.warp_along(detail, *(_small_grey(frame) for frame in (after, before))))


def _small_grey(frame: Frame) -> Frame:
    factor = min(1.0, FLOW_SIDE / min(frame.shape[:2]))
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
