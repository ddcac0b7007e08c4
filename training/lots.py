"""Batches, drawn while training runs. A batch is a pure function of (seed, rank, step): nothing is stored
to resume.

Every drawn clip is used a few times: item k of a bucket is always the same clip, a cache keeps the recent
ones, and a step picks mostly among those.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from training.captions import EVENLY, sample
from training.codec import Codec
from training.world import render


@dataclass(frozen=True)
class Bucket:
    """`frames` 1 is one moment of a clip. `batch` is per process."""

    frames: int
    size: tuple[int, int]
    weight: float
    batch: int


@dataclass(frozen=True)
class Item:
    latents: torch.Tensor
    mask: torch.Tensor
    words: str


@dataclass(frozen=True)
class Lot:
    """latents (b, z, t, h, w) · mask (b, 1, t, h, w): the subject's share of each cell · words · clean
    first latents."""

    latents: torch.Tensor
    mask: torch.Tensor
    words: list[str]
    clean: int
    frames: int


def buckets(stage: dict, shapes: dict[str, list], tokens: int) -> list[Bucket]:
    """Lengths × shapes of one stage of the recipe; batches hold about `tokens` patches each."""
    made = []
    for frames, share in stage["lengths"].items():
        for (width, height), weight in shapes.values():
            patches = ((int(frames) - 1) // 4 + 1) * (width // 16) * (height // 16)
            made.append(Bucket(int(frames), (width, height), share * weight, max(1, round(tokens / patches))))
    return made


class Drawer:
    def __init__(
        self,
        codec: Codec,
        *,
        seed: int | str,
        rank: int,
        fresh: float,
        drop: float,
        seeds: float,
        core: float,
        often: Mapping[str, float] = EVENLY,
        cache: int = 4000,
    ):
        self.codec, self.seed, self.rank = codec, seed, rank
        self.fresh, self.drop = fresh, drop
        self.mix: dict[str, Any] = {"seeds": seeds, "core": core, "often": often}
        self.cache, self.limit = OrderedDict[tuple, Item](), cache

    def lot(self, step: int, choices: list[Bucket], prefix: float) -> Lot:
        """The batch of `step`. `prefix` is the share of batches whose first latents stay clean."""
        # Both processes take the same bucket, or one would wait for the other.
        common = random.Random(f"{self.seed}/{step}")
        bucket = common.choices(choices, weights=[b.weight for b in choices])[0]
        clean = self._clean(common, bucket) if common.random() < prefix else 0
        rng = random.Random(f"{self.seed}/{self.rank}/{step}")
        share = bucket.weight / sum(b.weight for b in choices)
        newest = bucket.batch + int(step * share * bucket.batch * self.fresh)
        window = max(bucket.batch, int(self.limit * share))
        items = [
            self._item(bucket, rng.randrange(max(0, newest - window), newest)) for _ in range(bucket.batch)
        ]
        words = ["" if rng.random() < self.drop else item.words for item in items]
        return Lot(
            torch.stack([i.latents for i in items]),
            torch.stack([i.mask for i in items]),
            words,
            clean,
            bucket.frames,
        )

    def _clean(self, rng: random.Random, bucket: Bucket) -> int:
        latent_frames = (bucket.frames - 1) // 4 + 1
        return rng.choice([k for k in (1, 1, 2, 3) if k < latent_frames] or [0])

    def _item(self, bucket: Bucket, number: int) -> Item:
        key = (bucket.frames, bucket.size, number)
        if key not in self.cache:
            self.cache[key] = self._drawn(bucket, number)
            while len(self.cache) > self.limit:
                self.cache.popitem(last=False)
        return self.cache[key]

    def _drawn(self, bucket: Bucket, number: int) -> Item:
        rng = random.Random(f"{self.seed}/{self.rank}/{bucket.frames}/{bucket.size}/{number}")
        scene, words = sample(rng, **self.mix)
        if bucket.frames == 1:
            clip, mask = render(scene, 9, bucket.size, only=[rng.randrange(9)])
        else:
            clip, mask = render(scene, bucket.frames, bucket.size)
        spread = np.concatenate([mask[:1], mask[1:].reshape(-1, 4, *mask.shape[1:]).mean(axis=1)])
        return Item(self.codec.encode(clip), torch.from_numpy(spread)[None], words)
