"""A clip held to the picture it begins from, which a model only gives back as well as its codec can.

What the first frame lost of that picture is laid over the frames that follow, carried along with the motion
between them and fading: the clip leaves the picture without a step.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames import motion
from generation.runner.frames.canvas import Frame

FADE = 1.0  # seconds until nothing of the picture is laid over
FLOW_SIDE = 180  # pixels of the shorter side that motion is looked for at

Detail = NDArray[np.float32]  # (height, width, 3): what to add to a frame


def held(frames: Iterator[Frame], picture: Frame, *, fps: float) -> Iterator[Frame]:
    """`frames`, of which the first is `picture` (of their size) itself and the next few lean on it."""
    before = next(frames)
    detail: Detail = picture.astype(np.float32) - before
    yield picture
    for number, frame in enumerate(frames, start=1):
        left = 1 - number / (FADE * fps)
        if left <= 0:
            yield frame
            break
        detail = _carried(detail, before, frame)
        yield _laid(frame, detail, left)
        before = frame
    yield from frames


def _laid(frame: Frame, detail: Detail, weight: float) -> Frame:
    return np.clip(frame + weight * detail + 0.5, 0, 255).astype(np.uint8)


def _carried(detail: Detail, before: Frame, after: Frame) -> Detail:
    """`detail` of the frame `before`, where its pixels are in the frame `after`."""
    return np.asarray(motion.follow(detail, *(_small_grey(frame) for frame in (after, before))))


def _small_grey(frame: Frame) -> Frame:
    factor = min(1.0, FLOW_SIDE / min(frame.shape[:2]))
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
