"""Models that stay warm between runs."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import torch

from generation.runner import families
from generation.runner.cards.card import Card
from generation.runner.families.family import Family

Key = tuple[str, str]


class Residency:
    """The `most` models used last; one run at a time."""

    def __init__(self, most: int = 1) -> None:
        self.most = most
        self._warm: OrderedDict[Key, Family] = OrderedDict()
        self._lock = RLock()

    @contextmanager
    def held(self, folder: Path, card: Card, device: str, version: str) -> Iterator[Family]:
        """The model in `folder`, while the block lasts; `version` tells weights apart."""
        with self._lock:
            yield self._get((version, device), folder, card)

    def has(self, version: str, device: str) -> bool:
        return (version, device) in self._warm

    def _get(self, key: Key, folder: Path, card: Card) -> Family:
        if key not in self._warm:
            while len(self._warm) >= self.most:
                self._drop()
            self._warm[key] = families.load(card, folder, key[1])
        self._warm.move_to_end(key)
        return self._warm[key]

    def _drop(self) -> None:
        self._warm.popitem(last=False)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


WARM = Residency()


def best_device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
