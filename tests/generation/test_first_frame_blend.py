"""A clip begins with the very picture it was given, and no step is seen behind it."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from generation.runner.frames import first_frame_blend
from generation.runner.frames.canvas import Frame

HEIGHT, WIDTH = 96, 160


def _scene(shift: int = 0) -> Frame:
    """Sharp texture, `shift` pixels to the right."""
    across, down = np.meshgrid(np.arange(WIDTH) - shift, np.arange(HEIGHT))
    waves = 128 + 60 * np.sin(across / 5) + 50 * np.cos(down / 4 + across / 11)
    return np.repeat(waves[..., None], 3, axis=2).clip(0, 255).astype(np.uint8)


def _dull(frame: Frame) -> Frame:
    """The picture as a codec might give it back: paler and darker."""
    return (frame * 0.7 + 20).astype(np.uint8)


def _moving(count: int) -> Iterator[Frame]:
    return (_dull(_scene(2 * number)) for number in range(count))


def _apart(one: Frame, other: Frame) -> float:
    """Mean absolute difference, away from the edge where new things come in."""
    inner = (slice(8, -8), slice(40, -8))
    return float(np.abs(one[inner].astype(int) - other[inner]).mean())


def test_the_first_frame_is_the_picture_itself() -> None:
    first = next(iter(first_frame_blend.blend(_moving(4), _scene(), fps=30)))

    assert np.array_equal(first, _scene())


def test_the_detail_that_the_model_lost_moves_with_the_picture_and_fades() -> None:
    frames = list(first_frame_blend.blend(_moving(40), _scene(), fps=30))

    lost = _apart(_dull(_scene()), _scene())
    assert len(frames) == 40
    assert _apart(frames[3], _scene(6)) < 0.35 * lost
    assert np.array_equal(frames[-1], _dull(_scene(2 * 39)))


def test_no_step_is_seen_after_the_picture() -> None:
    frames = list(first_frame_blend.blend(_moving(30), _scene(), fps=30))

    steps = [_apart(one, other) for one, other in pairwise(frames)]
    assert steps[0] < 1.5 * np.median(steps)


@pytest.mark.parametrize("count", [1, 2])
def test_very_short_clips_are_blended_too(count: int) -> None:
    assert len(list(first_frame_blend.blend(_moving(count), _scene(), fps=30))) == count
