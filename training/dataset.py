"""The training data: captioned clips, drawn while training runs, in batches of one length and shape each.

A batch is a pure function of (seed, rank, step): nothing is stored to resume. Every drawn clip is used a few
times: clip k of a bucket is always the same one, a cache keeps the recent ones, and a step picks mostly
among those.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from training.captions import UNIFORM, sample_pair
from training.codec import Codec
from training.world import render

SHORTEST, LONGEST = 9, 41  # frames of a clip
CONTINUED = 2  # lengths of a clip within which the windows begin that continue it


@dataclass(frozen=True)
class Bucket:
    """Clips of one length and size, and their sampling weight. `frames` 1 is a single frame of a clip.

    `batch_size` is per process. `continuation`: the clips are windows that begin in the middle of a longer
    clip or behind its end, as they do where a clip is extended.
    """

    frames: int
    size: tuple[int, int]
    weight: float
    batch_size: int
    continuation: bool = False


@dataclass(frozen=True)
class Example:
    """latents (z, t, h, w) · mask (1, t, h, w): the subject's share of each latent cell · its caption."""

    latents: torch.Tensor
    mask: torch.Tensor
    caption: str


@dataclass(frozen=True)
class Batch:
    """latents (b, z, t, h, w) · mask (b, 1, t, h, w) · captions, some of them empty · `clean_frames`: how
    many of the first latent frames stay free of noise · `frames`: of each clip, in pixels."""

    latents: torch.Tensor
    mask: torch.Tensor
    captions: list[str]
    clean_frames: int
    frames: int


def buckets(stage: dict[str, Any], shapes: dict[str, list[Any]], tokens: int) -> list[Bucket]:
    """Lengths × shapes of one stage of the recipe; batches hold about `tokens` patches each."""
    found = []
    for frames, share in stage["lengths"].items():
        for (width, height), weight in shapes.values():
            patches = ((int(frames) - 1) // 4 + 1) * (width // 16) * (height // 16)
            batch_size = max(1, round(tokens / patches))
            found.append(Bucket(int(frames), (width, height), share * weight, batch_size))
    return found


class CaptionedClips:
    """Draws the batches of one process; `rank` is its number.

    `new_clip_share` of the clips are drawn for the first time, `caption_dropout` of the captions are left
    empty; the rest is what `captions.sample_pair` takes.
    """

    def __init__(
        self,
        codec: Codec,
        *,
        seed: int | str,
        rank: int,
        new_clip_share: float,
        caption_dropout: float,
        example_share: float,
        core_share: float,
        word_weights: Mapping[str, float] = UNIFORM,
        cache: int = 4000,
    ) -> None:
        self.codec, self.seed, self.rank = codec, seed, rank
        self.new_clip_share, self.caption_dropout = new_clip_share, caption_dropout
        self.example_share, self.core_share, self.word_weights = example_share, core_share, word_weights
        self.cache, self.cache_limit = OrderedDict[tuple[Any, ...], Example](), cache

    def batch(
        self, step: int, choices: list[Bucket], prefix_share: float, continuation_share: float
    ) -> Batch:
        """The batch of `step`. `prefix_share` of the batches have clean first latent frames,
        `continuation_share` of those are of windows that continue a clip."""
        bucket, clean_frames = self._chosen(step, choices, prefix_share, continuation_share)
        rng = random.Random(f"{self.seed}/{self.rank}/{step}")
        share = bucket.weight / sum(b.weight for b in choices)
        newest = bucket.batch_size + int(step * share * bucket.batch_size * self.new_clip_share)
        window = max(bucket.batch_size, int(self.cache_limit * share))
        examples = [
            self._example(bucket, rng.randrange(max(0, newest - window), newest))
            for _ in range(bucket.batch_size)
        ]
        captions = ["" if rng.random() < self.caption_dropout else example.caption for example in examples]
        latents = torch.stack([example.latents for example in examples])
        mask = torch.stack([example.mask for example in examples])
        return Batch(latents, mask, captions, clean_frames, bucket.frames)

    def _chosen(
        self, step: int, choices: list[Bucket], prefix_share: float, continuation_share: float
    ) -> tuple[Bucket, int]:
        """The bucket of `step` and its clean latent frames: the same on every process, or one would wait for
        the other."""
        rng = random.Random(f"{self.seed}/{step}")
        bucket = rng.choices(choices, weights=[b.weight for b in choices])[0]
        clean_frames = self._clean_frames(rng, bucket) if rng.random() < prefix_share else 0
        if clean_frames and rng.random() < continuation_share:
            weight = bucket.weight * prefix_share * continuation_share
            bucket = replace(bucket, continuation=True, weight=weight)
        return bucket, clean_frames

    def _clean_frames(self, rng: random.Random, bucket: Bucket) -> int:
        latent_frames = (bucket.frames - 1) // 4 + 1
        return rng.choice([k for k in (1, 1, 2, 3) if k < latent_frames] or [0])

    def _example(self, bucket: Bucket, number: int) -> Example:
        key = (bucket.frames, bucket.size, bucket.continuation, number)
        if key not in self.cache:
            self.cache[key] = self._draw(bucket, number)
            while len(self.cache) > self.cache_limit:
                self.cache.popitem(last=False)
        return self.cache[key]

    def _draw(self, bucket: Bucket, number: int) -> Example:
        later = "/later" if bucket.continuation else ""  # part of the seed: another word, other clips
        rng = random.Random(f"{self.seed}/{self.rank}/{bucket.frames}/{bucket.size}{later}/{number}")
        scene, caption = sample_pair(
            rng,
            example_share=self.example_share,
            core_share=self.core_share,
            word_weights=self.word_weights,
        )
        frames, indices = self.window(rng, bucket)
        clip, mask = render(scene, frames, bucket.size, indices=indices)
        latent_mask = np.concatenate([mask[:1], mask[1:].reshape(-1, 4, *mask.shape[1:]).mean(axis=1)])
        return Example(self.codec.encode(clip), torch.from_numpy(latent_mask)[None], caption)

    def window(self, rng: random.Random, bucket: Bucket) -> tuple[int, Sequence[int]]:
        """The length of the clip to draw from, and which of its frames, or of its continuation, to draw."""
        if bucket.frames == 1:
            return SHORTEST, [rng.randrange(SHORTEST)]
        if not bucket.continuation:
            return bucket.frames, range(bucket.frames)
        length = rng.choice((bucket.frames, LONGEST))
        start = rng.randrange(CONTINUED * length)
        return length, range(start, start + bucket.frames)
