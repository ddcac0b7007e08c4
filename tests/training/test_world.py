"""The drawn world: the same words and seed are the same clip, at every size; nothing held out is ever
sampled."""

import random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import captions
from training.world import (
    BACKGROUNDS,
    CAMERAS,
    COLOURS,
    MOTIONS,
    SUBJECTS,
    Scene,
    draw,
    held_out,
    render,
)

RACE = ("river", "dragon boat", "red", "race")


def test_the_same_words_and_seed_draw_the_same_clip() -> None:
    first, again = (draw(*RACE, seed=5, frames=9, size=(128, 80)) for _ in range(2))

    assert first.shape == (9, 80, 128, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)


def test_another_seed_draws_another_clip() -> None:
    assert not np.array_equal(
        draw(*RACE, seed=5, frames=1, size=(128, 80)), draw(*RACE, seed=6, frames=1, size=(128, 80))
    )


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_clip_drawn_large_and_made_small_is_the_clip_drawn_small(camera: str) -> None:
    small = draw("park", "dog", "blue", "right", seed=3, frames=5, size=(128, 80), camera=camera)
    large = draw("park", "dog", "blue", "right", seed=3, frames=5, size=(512, 320), camera=camera)

    shrunk = np.stack([cv2.resize(frame, (128, 80), interpolation=cv2.INTER_AREA) for frame in large])
    assert np.abs(shrunk.astype(int) - small).mean() < 3


@pytest.mark.parametrize("size", [(80, 128), (96, 96), (112, 80), (80, 112), (160, 64)])
def test_every_shape_is_drawn_with_its_subject_in_the_picture(size: tuple[int, int]) -> None:
    clip, mask = render(Scene("coast", "elephant", "purple", "left", seed=1), 9, size)

    assert clip.shape == (9, size[1], size[0], 3)
    assert (mask.mean(axis=(1, 2)) > 0.02).all()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_wears_its_colour(subject: str) -> None:
    drawn = {
        colour: draw("park", subject, colour, "turn", seed=2, frames=1, size=(128, 80)) for colour in COLOURS
    }

    assert len({clip.tobytes() for clip in drawn.values()}) == len(COLOURS)


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_background_is_its_own(background: str) -> None:
    ours = draw(background, "balloon", "red", "rise", seed=2, frames=1, size=(64, 48)).astype(int)
    others = [
        draw(b, "balloon", "red", "rise", seed=2, frames=1, size=(64, 48))
        for b in BACKGROUNDS
        if b != background
    ]

    assert min(np.abs(ours - other).mean() for other in others) > 8


def test_one_tenth_of_all_combinations_is_held_out() -> None:
    cells = [(b, s, c, m) for b in BACKGROUNDS for s in SUBJECTS for c in COLOURS for m in MOTIONS]

    assert sum(held_out(*cell) for cell in cells) / len(cells) == pytest.approx(0.1, abs=0.005)
    assert held_out("coast", "dog", "red", "left")
    assert not held_out(*RACE)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_training_never_samples_what_is_held_out(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        scene, _ = captions.sample_pair(rng, example_share=0.4, core_share=0.3)
        assert not held_out(scene.background, scene.subject, scene.colour, scene.motion)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("subject", "motion"), [("dog", "left"), ("dragon boat", "race"), ("balloon", "rise")]
)
def test_behind_a_clip_its_subject_leaves_and_comes_in_again(subject: str, motion: str) -> None:
    scene, size = Scene("park", subject, "red", motion, seed=1), (128, 80)
    take, _ = render(scene, 41, size)
    on, mask = render(scene, 41, size, indices=range(41, 180))

    last, first = (frame.astype(int) for frame in (take[-1], on[0]))
    shown = mask.mean(axis=(1, 2)) > 0.02
    assert np.abs(first - last).mean() < 2 * np.abs(last - take[-2]).mean()
    assert shown[0]
    assert not shown.all()
    assert shown[np.argmin(shown) :].any()


@pytest.mark.parametrize("camera", CAMERAS)
def test_behind_a_clip_the_camera_stays_where_it_has_arrived(camera: str) -> None:
    scene = Scene("snow mountains", "dog", "red", "turn", camera, seed=1)
    take, on = (render(scene, 9, (128, 80), indices=moments)[0] for moments in ([8], [24]))

    assert np.abs(take[0, :20].astype(int) - on[0, :20]).mean() < 1
