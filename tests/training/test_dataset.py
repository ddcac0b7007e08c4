"""Batches are drawn anew from their number alone; clips that continue one begin in the middle of it."""

import random
from pathlib import Path

import pytest
import torch

from training.codec import Codec
from training.dataset import Batch, Bucket, CaptionedClips

CLIPS = Bucket(9, (64, 48), 1.0, 3)


@pytest.fixture
def dataset() -> CaptionedClips:
    codec = Codec.load(Path("models/lingying-tiny/codec/codec.safetensors"))
    return CaptionedClips(
        codec,
        seed=1,
        rank=0,
        new_clip_share=0.3,
        caption_dropout=0.0,
        example_share=0.2,
        core_share=0.1,
    )


def same(one: Batch, other: Batch) -> bool:
    return one.captions == other.captions and torch.equal(one.latents, other.latents)


def test_a_batch_depends_on_its_number_alone(dataset: CaptionedClips) -> None:
    first = dataset.batch(7, [CLIPS], 0.5, 0.5)
    dataset.batch(8, [CLIPS], 0.5, 0.5)
    dataset.cache.clear()

    assert same(first, dataset.batch(7, [CLIPS], 0.5, 0.5))


def test_some_of_the_clips_with_clean_latents_continue_a_clip(dataset: CaptionedClips) -> None:
    whole, continued = dataset.batch(3, [CLIPS], 1.0, 0.0), dataset.batch(3, [CLIPS], 1.0, 1.0)

    assert whole.clean_frames == continued.clean_frames > 0
    assert whole.latents.shape == continued.latents.shape == (3, 48, 3, 6, 8)
    assert not same(whole, continued)
    assert same(dataset.batch(3, [CLIPS], 0.0, 1.0), dataset.batch(3, [CLIPS], 0.0, 0.0))


def test_windows_that_continue_a_clip_begin_all_over_it(dataset: CaptionedClips) -> None:
    rng = random.Random(0)
    windows = [dataset.window(rng, Bucket(9, (64, 48), 1.0, 1, continuation=True)) for _ in range(60)]

    assert {len(indices) for _, indices in windows} == {9}
    assert {frames for frames, _ in windows} == {9, 41}
    assert min(indices[0] for _, indices in windows) < 9 < 41 < max(indices[0] for _, indices in windows)
