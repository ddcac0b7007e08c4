"""Scene detection: a cut is a frame that differs from the one before far more than its neighbours do, so that
neither a fast pan nor a long flicker counts as one."""

import cv2
import numpy as np
from numpy.typing import NDArray

MIN_DISTANCE = 12.0  # mean distance in 8-bit Lab below which nothing is a cut
MIN_RATIO = 3.0  # of a cut's distance to that of the frames around it
NEIGHBOURS = 3  # frames on each side
MIN_FRAMES = 8  # of a scene


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean distance of two RGB thumbnails in 8-bit Lab."""
    lab = [cv2.cvtColor(thumbnail, cv2.COLOR_RGB2LAB).astype(np.int16) for thumbnail in (one, other)]
    return float(np.abs(lab[0] - lab[1]).sum(axis=-1).mean())


def scenes(distances: NDArray[np.float64], least: int = 1) -> list[tuple[int, int]]:
    """(first, one after the last) frame of every scene. `distances[n]`: of frame n from the one before.
    None has fewer than `least` frames."""
    shortest = max(least, MIN_FRAMES)
    begins = [0]
    for frame in range(1, len(distances)):
        long_enough = min(frame - begins[-1], len(distances) - frame) >= shortest
        if long_enough and _is_cut(distances, frame):
            begins.append(frame)
    return list(zip(begins, [*begins[1:], len(distances)], strict=True))


def _is_cut(distances: NDArray[np.float64], frame: int) -> bool:
    before = distances[max(1, frame - NEIGHBOURS) : frame]
    after = distances[frame + 1 : frame + 1 + NEIGHBOURS]
    usual = float(np.mean([*before, *after])) if len(before) + len(after) else 0.0
    return bool(distances[frame] >= max(MIN_DISTANCE, MIN_RATIO * usual))
