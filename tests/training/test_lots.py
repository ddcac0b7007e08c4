"""Batches are drawn anew from their number alone; where a clip is gone on with, they begin within a take."""

import random
from pathlib import Path

import pytest
import torch

from training.codec import Codec
from training.lots import Bucket, Drawer, Lot

CLIPS = Bucket(9, (64, 48), 1.0, 3)


@pytest.fixture
def drawer() -> Drawer:
    codec = Codec.load(Path("models/lingying-tiny/codec/codec.safetensors"))
    return Drawer(codec, seed=1, rank=0, fresh=0.3, drop=0.0, seeds=0.2, core=0.1)


def same(one: Lot, other: Lot) -> bool:
    return one.words == other.words and torch.equal(one.latents, other.latents)


def test_a_batch_depends_on_its_number_alone(drawer: Drawer) -> None:
    first = drawer.lot(7, [CLIPS], 0.5, 0.5)
    drawer.lot(8, [CLIPS], 0.5, 0.5)
    drawer.cache.clear()

    assert same(first, drawer.lot(7, [CLIPS], 0.5, 0.5))


def test_some_of_the_clips_with_clean_latents_begin_within_a_take(drawer: Drawer) -> None:
    begun, later = drawer.lot(3, [CLIPS], 1.0, 0.0), drawer.lot(3, [CLIPS], 1.0, 1.0)

    assert begun.clean == later.clean > 0
    assert begun.latents.shape == later.latents.shape == (3, 48, 3, 6, 8)
    assert not same(begun, later)
    assert same(drawer.lot(3, [CLIPS], 0.0, 1.0), drawer.lot(3, [CLIPS], 0.0, 0.0))


def test_the_clips_of_a_take_begin_all_over_it(drawer: Drawer) -> None:
    rng = random.Random(0)
    takes = [drawer._moments(rng, Bucket(9, (64, 48), 1.0, 1, later=True)) for _ in range(60)]

    assert {len(moments) for _, moments in takes} == {9}
    assert {frames for frames, _ in takes} == {9, 41}
    assert min(moments[0] for _, moments in takes) < 9 < 41 < max(moments[0] for _, moments in takes)
