"""Where one scene ends and the next begins: frames that differ from the last one far more than their
neighbours do, so that neither a fast pan nor a long flicker counts as a cut."""

import cv2
import numpy as np
from numpy.typing import NDArray

LEAST = 12.0  # mean distance in 8-bit Lab below which nothing is a cut
TIMES = 3.0  # how much more a cut differs than the frames around it
AROUND = 3  # frames on each side
SHORTEST = 8  # frames of a scene


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean distance of two RGB thumbs in 8-bit Lab."""
    lab = [cv2.cvtColor(thumb, cv2.COLOR_RGB2LAB).astype(np.int16) for thumb in (one, other)]
    return float(np.abs(lab[0] - lab[1]).sum(axis=-1).mean())


def scenes(distances: NDArray[np.float64], least: int = 1) -> list[tuple[int, int]]:
    """(first, one after the last) frame of every scene. `distances[n]`: of frame n from the one before.
    None has fewer than `least` frames."""
    shortest = max(least, SHORTEST)
    begins = [0]
    for frame in range(1, len(distances)):
        whole = min(frame - begins[-1], len(distances) - frame) >= shortest
        if whole and _is_cut(distances, frame):
            begins.append(frame)
    return list(zip(begins, [*begins[1:], len(distances)], strict=True))


def _is_cut(distances: NDArray[np.float64], frame: int) -> bool:
    before, after = distances[max(1, frame - AROUND) : frame], distances[frame + 1 : frame + 1 + AROUND]
    usual = float(np.mean([*before, *after])) if len(before) + len(after) else 0.0
    return bool(distances[frame] >= max(LEAST, TIMES * usual))
