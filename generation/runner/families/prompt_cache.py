"""A cache of prompt embeddings: the next segment and the next variant need not encode their prompts again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import torch

PromptEmbeddings = dict[str, torch.Tensor]  # by the names of the pipeline's arguments
MAX_BYTES = 64 << 20


class PromptCache:
    """Least recently used first out, beyond `max_bytes`. It keeps the very tensors, so bits do not change."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._entries: OrderedDict[Hashable, PromptEmbeddings] = OrderedDict()

    def get(self, key: Hashable, encode: Callable[[], PromptEmbeddings]) -> PromptEmbeddings:
        """The embeddings of `key`, made by `encode` if they are not there."""
        if key not in self._entries:
            self._entries[key] = encode()
            while len(self._entries) > 1 and self.bytes > self.max_bytes:
                self._entries.popitem(last=False)
        self._entries.move_to_end(key)
        return dict(self._entries[key])

    @property
    def bytes(self) -> int:
        """Size of all tensors."""
        return sum(each.nbytes for entry in self._entries.values() for each in entry.values())
