"""Flicker removed: a frame is averaged with its neighbours, warped along the motion, where they are like it.

Motion-compensated temporal filtering: Dubois and Sabri, "Noise Reduction in Image Sequences Using
Motion-Compensated Temporal Filtering" (1984). The earlier neighbour is the filtered one, so that an average
reaches far back for the price of one frame. Models draw frames in groups, and what they draw steps from group
to group: across such a step neighbours count more, within a group less (docs/decisions/0013).
"""

from collections.abc import Iterator
from itertools import chain as joined
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from generation.runner.frames.canvas import Frame
from generation.runner.frames.motion import flow, flow_agreement, warp

SIMILAR = 30.0  # levels of 255 between a frame and its neighbour at which the neighbour counts 1/e
WINDOW = (5, 5)  # pixels over which they are compared: a single one says little
# The weight of a neighbour that agrees, where the frame itself has 1, by the frame's number modulo four: the
# last of a group, then the first three of one.
EARLIER_WEIGHTS = (1.0, 4.0, 2.0, 1.0)
LATER_WEIGHTS = (2.0, 1.0, 1.0, 1.0)
# The weight of the earlier neighbour of the first frame behind given ones, and how much less it has with
# every frame after it: what the model changed at the join comes in little by little.
JOIN_WEIGHT, JOIN_DECAY = 16.0, 2.0


def deflicker(frames: Iterator[Frame], *, given: int = 0) -> Iterator[Frame]:
    """`frames`, one for one; the first `given` of them stay as they are. Holds three frames."""
    before: Frame | None = None
    for number, (now, after) in enumerate(pairwise(joined(frames, (None,)))):
        assert now is not None
        join = JOIN_WEIGHT - JOIN_DECAY * (number - given) if given else 0.0
        earlier, later = max(join, EARLIER_WEIGHTS[number % 4]), LATER_WEIGHTS[number % 4]
        before = now if number < given else _averaged(now, (before, earlier), (after, later))
        yield before


def _averaged(frame: Frame, *neighbours: tuple[Frame | None, float]) -> Frame:
    """The weighted mean of `frame` and its `neighbours`, each with the most it may weigh."""
    total, weights = frame.astype(np.float32), np.ones((*frame.shape[:2], 1), np.float32)
    for neighbour, most in neighbours:
        # at an end of the clip the frame stands in for the missing neighbour: with the other neighbour alone
        # motion would seem to stop
        warped, weight = (frame, 1.0) if neighbour is None else _warped(neighbour, frame)
        total, weights = total + most * weight * warped, weights + most * weight
    return np.round(total / weights).astype(np.uint8)


def _warped(neighbour: Frame, frame: Frame) -> tuple[Any, Any]:
    """`neighbour` with its pixels where `frame` has them, and how far each agrees: 0…1 (height, width, 1)."""
    here, there = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (frame, neighbour))
    forth, back = flow(here, there), flow(there, here)
    warped = warp(neighbour.astype(np.float32), forth)
    difference = cv2.blur(np.abs(warped - frame).mean(axis=2), WINDOW)
    return warped, (flow_agreement(forth, back) * np.exp(-((difference / SIMILAR) ** 2)))[..., None]
