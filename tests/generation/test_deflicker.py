"""Flicker goes, motion stays, and given frames are not touched."""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from generation.runner.frames.canvas import Frame
from generation.runner.frames.deflicker import deflicker

SIZE = (80, 128)  # height, width


def street(*, moved: int = 0) -> Frame:
    """A soft pattern with enough to hold on to, and a bright disc that has `moved` to the right."""
    soft = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (*SIZE, 3), np.uint8), (0, 0), 3)
    picture = np.clip(soft.astype(np.int16) * 2 - 128, 0, 255).astype(np.uint8)
    return cv2.circle(picture, (40 + moved, 40), 12, (250, 240, 60), -1, cv2.LINE_AA).astype(np.uint8)


def grainy(frame: Frame, seed: int) -> Frame:
    grain = np.random.default_rng(seed).normal(0, 8, frame.shape)
    return np.clip(frame + grain, 0, 255).astype(np.uint8)


def error(one: Frame, other: Frame) -> float:
    return float(np.square(one.astype(np.float32) - other).mean())


def test_flicker_over_a_still_picture_goes() -> None:
    clip = [grainy(street(), seed) for seed in range(9)]
    steps = [error(*pair) for pair in pairwise(clip)]
    calmer = [error(*pair) for pair in pairwise(deflicker(iter(clip)))]

    assert len(calmer) == len(steps)
    assert np.mean(calmer) < np.mean(steps) / 4


def test_what_moves_stays_where_it_is_and_as_sharp() -> None:
    clip = [street(moved=3 * number) for number in range(9)]

    kept = [cv2.PSNR(made, drawn) for made, drawn in zip(deflicker(iter(clip)), clip, strict=True)]

    assert min(kept) > 35


def test_a_cut_is_not_blended() -> None:
    dark: NDArray[np.uint8] = np.zeros((*SIZE, 3), np.uint8)
    clip = [street(), street(), dark, dark]

    before, after = list(deflicker(iter(clip)))[1:3]

    assert error(before, street()) < 4
    assert error(after, dark) < 4


def test_frames_that_were_given_stay_as_they_are() -> None:
    clip = [grainy(street(), seed) for seed in range(5)]
    made = list(deflicker(iter(clip), given=2))

    assert all(np.array_equal(*pair) for pair in zip(made[:2], clip[:2], strict=True))
    assert not any(np.array_equal(*pair) for pair in zip(made[2:], clip[2:], strict=True))


def test_what_changes_at_a_join_comes_in_little_by_little() -> None:
    given = [street()] * 2
    lifted = [np.clip(street() + np.int16(16), 0, 255).astype(np.uint8)] * 12
    made = list(deflicker(iter(given + lifted), given=2))

    steps = [float(np.abs(two.astype(np.int16) - one).mean()) for one, two in pairwise(made[1:])]

    assert max(steps) < 16 / 3
    assert error(made[-1], lifted[-1]) < 4


def test_a_clip_does_not_stop_before_its_end() -> None:
    lifted = np.clip(street() + np.int16(16), 0, 255).astype(np.uint8)
    made = list(deflicker(iter([street()] * 3 + [lifted])))

    step = float(np.abs(made[-1].astype(np.int16) - made[-2]).mean())

    assert step > float(np.abs(lifted.astype(np.int16) - street()).mean()) / 3


def test_a_step_from_group_to_group_is_spread_over_the_frames_around_it() -> None:
    lifted = np.clip(street() + np.int16(16), 0, 255).astype(np.uint8)
    clip = [street()] + [lifted] * 4 + [street()] * 4 + [lifted] * 4
    made = list(deflicker(iter(clip)))

    steps = [float(np.abs(two.astype(np.int16) - one).mean()) for one, two in pairwise(made)]

    assert max(steps[::4]) < 16 / 4
    assert max(steps) < 16 / 2
    assert error(made[3], lifted) < 16
