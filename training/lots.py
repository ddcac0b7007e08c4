"""Batches, drawn while training runs. A batch is a pure function of (seed, rank, step): nothing is stored
to resume.

Every drawn clip is used a few times: item k of a bucket is always the same clip, a cache keeps the recent
ones, and a step picks mostly among those.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from training.captions import EVENLY, sample
from training.codec import Codec
from training.world import render

SHORTEST, LONGEST = 9, 41  # frames of a take
GONE_ON = 2  # takes after the beginning of one, until which a clip that goes on with it begins


@dataclass(frozen=True)
class Bucket:
    """`frames` 1 is one moment of a clip. `batch` is per process. `later`: its clips begin in the middle of a
    take, as they do where a clip is gone on with."""

    frames: int
    size: tuple[int, int]
    weight: float
    batch: int
    later: bool = False


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

    def lot(self, step: int, choices: list[Bucket], prefix: float, later: float) -> Lot:
        """The batch of `step`. `prefix` is the share of batches whose first latents stay clean, `later` the
        share of those that begin in the middle of a take."""
        bucket, clean = self._chosen(step, choices, prefix, later)
        rng = random.Random(f"{self.seed}/{self.rank}/{step}")
        share = bucket.weight / sum(b.weight for b in choices)
        newest = bucket.batch + int(step * share * bucket.batch * self.fresh)
        window = max(bucket.batch, int(self.limit * share))
        items = [
            self._item(bucket, rng.randrange(max(0, newest - window), newest)) for _ in range(bucket.batch)
        ]
        words = ["" if rng.random() < self.drop else item.words for item in items]
        latents, masks = (
            torch.stack(parts) for parts in zip(*((i.latents, i.mask) for i in items), strict=True)
        )
        return Lot(latents, masks, words, clean, bucket.frames)

    def _chosen(self, step: int, choices: list[Bucket], prefix: float, later: float) -> tuple[Bucket, int]:
        """The bucket of `step` and its clean latents: the same on every process, or one would wait for the
        other."""
        rng = random.Random(f"{self.seed}/{step}")
        bucket = rng.choices(choices, weights=[b.weight for b in choices])[0]
        clean = self._clean(rng, bucket) if rng.random() < prefix else 0
        if clean and rng.random() < later:
            bucket = replace(bucket, later=True, weight=bucket.weight * prefix * later)
        return bucket, clean

    def _clean(self, rng: random.Random, bucket: Bucket) -> int:
        latent_frames = (bucket.frames - 1) // 4 + 1
        return rng.choice([k for k in (1, 1, 2, 3) if k < latent_frames] or [0])

    def _item(self, bucket: Bucket, number: int) -> Item:
        key = (bucket.frames, bucket.size, bucket.later, number)
        if key not in self.cache:
            self.cache[key] = self._drawn(bucket, number)
            while len(self.cache) > self.limit:
                self.cache.popitem(last=False)
        return self.cache[key]

    def _drawn(self, bucket: Bucket, number: int) -> Item:
        later = "/later" if bucket.later else ""
        rng = random.Random(f"{self.seed}/{self.rank}/{bucket.frames}/{bucket.size}{later}/{number}")
        scene, words = sample(rng, **self.mix)
        frames, moments = self._moments(rng, bucket)
        clip, mask = render(scene, frames, bucket.size, only=moments)
        spread = np.concatenate([mask[:1], mask[1:].reshape(-1, 4, *mask.shape[1:]).mean(axis=1)])
        return Item(self.codec.encode(clip), torch.from_numpy(spread)[None], words)

    def _moments(self, rng: random.Random, bucket: Bucket) -> tuple[int, Sequence[int]]:
        """Frames of the take, and which of them, or of those that would follow, are the clip."""
        if bucket.frames == 1:
            return SHORTEST, [rng.randrange(SHORTEST)]
        if not bucket.later:
            return bucket.frames, range(bucket.frames)
        take = rng.choice((bucket.frames, LONGEST))
        start = rng.randrange(GONE_ON * take)
        return take, range(start, start + bucket.frames)
