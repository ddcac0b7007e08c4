"""Prompts that have been read, kept: the next segment and the next variant need not read them again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import torch

Read = dict[str, torch.Tensor]  # what a pipeline is given instead of words, under its own names
MOST = 64 << 20  # bytes


class PromptCache:
    """The readings used last, up to `most` bytes; what is kept is the very tensors, so bits do not change."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, Read] = OrderedDict()

    def of(self, key: Hashable, read: Callable[[], Read]) -> Read:
        """The reading called `key`, made by `read` if it is not there."""
        if key not in self._kept:
            self._kept[key] = read()
            while len(self._kept) > 1 and self.bytes > self.most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return dict(self._kept[key])

    @property
    def bytes(self) -> int:
        return sum(each.nbytes for read in self._kept.values() for each in read.values())
