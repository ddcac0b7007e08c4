"""Finding Chinese terms: with fillers, in pinyin, in both mixed, by homophones, in split signs."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick
from pypinyin.pinyin_dict import pinyin_dict

from moderation.chinese_words import Words
from moderation.folding import Folded, Gap, chosen
from moderation.latin import READINGS, Hit

FILLED = re.compile(r"(?<=[^\x00-\x7f])[a-z0-9?@$!|*]{1,2}(?=[^\x00-\x7f])")  # 色x情
SURE = 4  # signs: so long a term stands within other words by no chance
MANY = 3  # syllables: so long a term is looked for in pinyin, too, and with one homophone


class Term(NamedTuple):
    """`signs` as they are written; where the syllables of their pinyin begin; if pinyin alone will do."""

    signs: str
    letters: str
    starts: tuple[int, ...]
    in_pinyin: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """Pinyin, and where in it each sign begins."""

    letters: str
    starts: list[int]

    def sign_at(self, letter: int) -> int:
        """The number of the sign that has the letter at this place."""
        return bisect_right(self.starts, letter) - 1

    def begins(self, letter: int) -> bool:
        """Whether a sign begins there, or all ends."""
        return letter == len(self.letters) or self.starts[self.sign_at(letter)] == letter


class HanTerms:
    """All Chinese terms in one automaton over pinyin. `pinyin`: terms that pinyin alone is enough for;
    `split`: what signs are split into."""

    def __init__(self, terms: Iterable[str], pinyin: Iterable[str], split: Mapping[str, str]) -> None:
        sure = frozenset(pinyin)
        self._terms = [_term(term, term in sure) for term in terms]
        self._automaton = AhoCorasick([term.letters for term in self._terms])
        self._split = dict(split)
        self._parts = re.compile("|".join(map(re.escape, sorted(split, key=len, reverse=True))) or r"(?!)")

    def hits(self, folded: Folded) -> Iterator[Hit]:
        """Every term in `folded`; the same one may be found more than once."""
        if folded.signs.isascii() and len(folded.signs) < 4:
            return
        yield from self._hits(folded)
        joined = self._joined(folded)
        if joined is not folded:
            yield from self._hits(joined, onto=folded)
        if FILLED.search(joined.signs):
            yield from self._hits(_without_fillers(joined), onto=folded)

    def _hits(self, folded: Folded, onto: Folded | None = None) -> Iterator[Hit]:
        line, words = _line(folded), Words(folded.signs)
        for number, start, end in self._automaton.find_matches_as_indexes(line.letters, overlapping=True):
            if not (line.begins(start) and line.begins(end)):
                continue
            first, last = line.sign_at(start), line.sign_at(end - 1)
            find = Find(self._terms[number], folded, line, start, first, last)
            if find.is_meant(words):
                yield Hit(number, *((first, last) if onto is None else _places(folded, onto, first, last)))

    def _joined(self, folded: Folded) -> Folded:
        """`folded` with split signs put together: 衤果 is 裸."""
        if not (found := list(self._parts.finditer(folded.signs))):
            return folded
        gone = {at for each in found for at in range(each.start() + 1, each.end())}
        signs = self._parts.sub(lambda each: self._split[each.group()], folded.signs)
        return chosen(folded, [at for at in range(len(folded.signs)) if at not in gone], signs)


def syllable(sign: str) -> str:
    """A Chinese sign in pinyin, without its tone: the reading that is most usual."""
    return SYLLABLES[sign]


class _Syllables(dict[str, str]):
    def __missing__(self, sign: str) -> str:
        if sign.isascii():
            return sign
        reading = unicodedata.normalize("NFD", pinyin_dict.get(ord(sign), "").partition(",")[0])
        plain = reading.replace("u\u0308", "v").replace("u\u0304\u0308", "v")
        self[sign] = found = "".join(letter for letter in plain if letter.isascii()) or "?"
        return found


SYLLABLES = _Syllables()


def _term(signs: str, in_pinyin: bool) -> Term:
    starts, letters = [], ""
    for sign in signs:
        starts.append(len(letters))
        letters += syllable(sign)
    return Term(signs, letters, (*starts, len(letters)), in_pinyin or len(signs) >= MANY)


def _line(folded: Folded) -> _Line:
    spelled = [SYLLABLES[sign] for sign in folded.signs.translate(READINGS[0])]
    return _Line("".join(spelled), list(accumulate(map(len, spelled), initial=0))[:-1])


def _without_fillers(folded: Folded) -> Folded:
    gone = {at for found in FILLED.finditer(folded.signs) for at in range(*found.span())}
    return chosen(folded, [at for at in range(len(folded.signs)) if at not in gone])


def _places(folded: Folded, onto: Folded, first: int, last: int) -> tuple[int, int]:
    """The same signs by their number in `onto`."""
    return bisect_left(onto.places, folded.places[first]), bisect_right(onto.places, folded.places[last]) - 1


class Find(NamedTuple):
    """Where the pinyin of `term` was met: from letter `start` on, in the signs `first` to `last`."""

    term: Term
    folded: Folded
    line: _Line
    start: int
    first: int
    last: int

    def is_meant(self, words: Words) -> bool:
        """Whether it is the term, and not what only sounds or looks like it."""
        spelled = self.folded.signs[self.first : self.last + 1]
        han = [at for at, sign in enumerate(spelled, self.first) if not sign.isascii()]
        meant = [self._meant_by(at) for at in han]
        if None in meant:
            return False  # a sign stands across two syllables
        exact = sum(self.folded.signs[at] == sign for at, sign in zip(han, meant, strict=True))
        if len(han) == len(spelled):
            return self._is_close(exact) and not self._is_within_words(words)
        if not self._has_edges() or not self._is_by_syllables():
            return False
        if not han:
            return self.term.in_pinyin
        latin = "".join(sign for sign in spelled if sign.isascii())
        return exact == len(han) and latin != "ai"  # “做AI视频” is what people do here all day

    def _meant_by(self, sign: int) -> str | None:
        """The sign of the term in whose place this one stands; None if it is in no sign's place."""
        term, begun = self.term, self.line.starts[sign] - self.start
        if begun not in term.starts:
            return None
        number = term.starts.index(begun)
        length = len(SYLLABLES[self.folded.signs[sign]])
        return term.signs[number] if begun + length == term.starts[number + 1] else None

    def _is_close(self, exact: int) -> bool:
        """All signs are right; of a longer term, all but one, or half of them."""
        count = len(self.term.signs)
        if exact == count:
            return True
        return count >= MANY and exact >= (count - 1 if count == MANY else (count + 1) // 2)

    def _is_within_words(self, words: Words) -> bool:
        return len(self.term.signs) < SURE and words.are_cut(self.first, self.last)

    def _has_edges(self) -> bool:
        """Pinyin begins and ends with its word: the qing of “qinghai” is none."""
        return _is_edge(self.folded, self.first) and _is_edge(self.folded, self.last + 1)

    def _is_by_syllables(self) -> bool:
        """Spaces stand between syllables alone, unless every letter is spaced."""
        gaps, inner = self.folded.gaps, range(self.first + 1, self.last + 1)
        if all(gaps[at] for at in inner):
            return True
        begins = {self.line.sign_at(self.start + offset) for offset in self.term.starts[:-1]}
        return all(gaps[at] < Gap.SPACE or at in begins for at in inner)


def _is_edge(folded: Folded, at: int) -> bool:
    signs = folded.signs
    if at in (0, len(signs)) or folded.gaps[at]:
        return True
    return not (signs[at].isascii() and signs[at - 1].isascii())
