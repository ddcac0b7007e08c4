"""Flicker taken out: a frame is averaged with its neighbours, read along the motion, where they are like it.

Motion-compensated temporal filtering: Dubois and Sabri, "Noise Reduction in Image Sequences Using
Motion-Compensated Temporal Filtering" (1984). The earlier neighbour is the steadied one, so that an average
reaches far back for the price of one frame. Models draw frames in groups, and what they draw steps from group
to group: across such a step neighbours count more, within a group less.
"""

from collections.abc import Iterator
from itertools import chain as joined
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from generation.runner.frames.canvas import Frame
from generation.runner.frames.motion import agreement, flow, sampled

LIKE = 30.0  # levels of 255 between a frame and its neighbour after which the neighbour counts 1/e
AROUND = (5, 5)  # pixels over which they are compared: one alone says little
# What a neighbour that agrees counts beside the frame itself, by the frame's number modulo four: the last
# of a group, then the first three of one.
EARLIER = (1.0, 4.0, 2.0, 1.0)
LATER = (2.0, 1.0, 1.0, 1.0)
JOIN = 16.0  # the earlier neighbour of the first frame after given ones: what changed comes in by and by
EASED = 2.0  # less with every frame after it


def steadied(frames: Iterator[Frame], *, known: int = 0) -> Iterator[Frame]:
    """`frames`, one for one; the first `known` were given and stay as they are. Holds three of them."""
    before: Frame | None = None
    for number, (now, after) in enumerate(pairwise(joined(frames, (None,)))):
        assert now is not None
        held = JOIN - EASED * (number - known) if known else 0.0
        earlier, later = max(held, EARLIER[number % 4]), LATER[number % 4]
        before = now if number < known else _averaged(now, (before, earlier), (after, later))
        yield before


def _averaged(frame: Frame, *neighbours: tuple[Frame | None, float]) -> Frame:
    total, weights = frame.astype(np.float32), np.ones((*frame.shape[:2], 1), np.float32)
    for neighbour, most in neighbours:
        # At an end the frame stands in for the one it has not: leaning on the other alone, motion would stop.
        moved, like = (frame, 1.0) if neighbour is None else _beside(frame, neighbour)
        total, weights = total + most * like * moved, weights + most * like
    return np.round(total / weights).astype(np.uint8)


def _beside(frame: Frame, neighbour: Frame) -> tuple[Any, Any]:
    """`neighbour` with its pixels where `frame` has them, and how far each agrees: 0…1 (height, width, 1)."""
    here, there = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (frame, neighbour))
    forth, back = flow(here, there), flow(there, here)
    moved = sampled(neighbour.astype(np.float32), forth)
    unlike = cv2.blur(np.abs(moved - frame).mean(axis=2), AROUND)
    return moved, (agreement(forth, back) * np.exp(-((unlike / LIKE) ** 2)))[..., None]
