"""Where Chinese words begin and end, by jieba's dictionary."""

from bisect import bisect_right
from functools import cache
from itertools import accumulate

import jieba


@cache
def dictionary() -> jieba.Tokenizer:
    """jieba's words and their frequencies, loaded once in a process (about a second), and without its cache
    in /tmp, which others may write to."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


class Words:
    """The words of a text of letters and Chinese signs, segmented no more than is asked for."""

    WINDOW = 8  # signs around a place that are looked at
    FEW = 4  # places; a text in which more are asked about is segmented once, as a whole

    def __init__(self, signs: str) -> None:
        self._signs, self._asked = signs, 0
        self._edges: list[int] = []

    def are_cut(self, first: int, last: int) -> bool:
        """Whether what stands from `first` to `last` begins or ends within another word: 做爱 in 做爱心 does,
        in 在做爱 does not. A word that holds all of it does not count: 色情狂 is about 色情."""
        self._asked += 1
        if self._asked > self.FEW:
            self._edges = self._edges or _edges(self._signs)
            return _cuts(self._edges, first, last + 1)
        begin, end = max(0, first - self.WINDOW), last + 1 + self.WINDOW
        return _cuts(_edges(self._signs[begin:end]), first - begin, last + 1 - begin)


def _edges(signs: str) -> list[int]:
    """Where words begin and end: 0 first, the length last."""
    return [0, *accumulate(len(word) for word in dictionary().cut(signs, HMM=False))]


def _cuts(edges: list[int], start: int, end: int) -> bool:
    """Whether a word begins before `start` or ends behind `end`, but does not hold all between them."""
    word = edges[bisect_right(edges, start) - 1]
    ended = edges[min(bisect_right(edges, start), len(edges) - 1)]
    if end <= ended:
        return False
    return word != start or edges[bisect_right(edges, end) - 1] != end
