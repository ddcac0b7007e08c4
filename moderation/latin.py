"""Finding words of Latin letters: spelled out, with digits for letters, repeated, masked, glued together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from moderation.folding import Folded, Gap, chosen

DIGITS = ["0o", "2z", "3e", "4a", "5s", "6g", "7t", "8b", "9g", "@a", "$s"]
READINGS: tuple[dict[int, str], ...] = tuple(
    {ord(pair[0]): pair[1] for pair in (*DIGITS, f"1{either}", f"!{either}", f"|{either}")} for either in "il"
)
DIGIT = frozenset("0123456789")
AMBIGUOUS = frozenset("1!|")  # i or l
HAN, MASK = "字", "*"
NOT_ASCII, REPEATED = re.compile(r"[^\x00-\x7f]"), re.compile(r"(.)\1+")
VOWELS = re.compile("[aeiou]")
WORDS = ("a", "i")  # letters that are words


class Word(NamedTuple):
    """A term as it is looked for: `letters` without repeats, how often each is repeated (`runs`)."""

    letters: str
    runs: tuple[int, ...]
    breaks: frozenset[int]  # places of `letters` where a new word of the term begins
    open_end: bool


class Hit(NamedTuple):
    """Term number `term` found at the folded signs from `first` to `last`."""

    term: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Line:
    """Letters without repeats; of each the gap before it, its repeats, and its first and last sign."""

    letters: str
    gaps: list[int]
    runs: list[int]
    spans: list[tuple[int, int]]


class LatinTerms:
    """All terms of Latin letters, in one automaton. Every word of a term is a whole word; a trailing `*`
    stands for any ending."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._found: list[tuple[int, Word]] = []
        patterns = []
        for number, term in enumerate(terms):
            for word in _spellings(term):
                self._found.append((number, word))
                patterns.append(word.letters)
        self._automaton = AhoCorasick(patterns)

    def hits(self, folded: Folded) -> Iterator[Hit]:
        """Every term in `folded`; the same one may be found more than once."""
        for line in _lines(folded):
            for found, start, end in self._automaton.find_matches_as_indexes(line.letters, overlapping=True):
                number, word = self._found[found]
                if _is_meant(word, line, start, end):
                    yield Hit(number, line.spans[start][0], line.spans[end - 1][1])


def _spellings(term: str) -> Iterator[Word]:
    """The term itself, and with its vowels masked: one of them, or all."""
    plain = term.removesuffix("*")
    yield _word(plain, term.endswith("*"))
    places = [found.start() for found in VOWELS.finditer(plain) if 0 < found.start() < len(plain) - 1]
    masked = {plain[:at] + MASK + plain[at + 1 :] for at in places}
    if places:
        masked.add(plain[0] + VOWELS.sub(MASK, plain[1:-1]) + plain[-1])
    for one in sorted(masked):
        yield _word(one, term.endswith("*"))


def _word(plain: str, open_end: bool) -> Word:
    letters, runs, breaks = "", [], set()
    for part in plain.split():
        breaks.add(len(letters))
        for letter, run in groupby(part):
            letters += letter
            runs.append(len(list(run)))
    return Word(letters, tuple(runs), frozenset(breaks), open_end)


def _lines(folded: Folded) -> Iterator[_Line]:
    """The readings of `folded`: 1, ! and | as i and as l, masks as gaps and as letters, digits as digits."""
    ambiguous = not AMBIGUOUS.isdisjoint(folded.signs)
    for reading in READINGS if ambiguous else READINGS[:1]:
        yield _line(folded, reading, masks=False)
    if MASK in folded.signs:
        yield _line(folded, READINGS[0], masks=True)
    if not DIGIT.isdisjoint(folded.signs):
        yield _line(folded, {}, masks=False)


def _line(folded: Folded, reading: dict[int, str], *, masks: bool) -> _Line:
    letters = NOT_ASCII.sub(HAN, folded.signs.translate(reading))
    signs = list(range(len(letters)))  # of `folded`, by their letters
    if MASK in letters and not masks:
        signs = [at for at, letter in enumerate(letters) if letter != MASK]
        folded, letters = chosen(folded, signs), letters.replace(MASK, "")
    repeats = {at for run in REPEATED.finditer(letters) for at in _repeats(folded.gaps, *run.span())}
    kept = [at for at in range(len(letters)) if at not in repeats] if repeats else range(len(letters))
    ends = (*kept[1:], len(letters))[: len(kept)]
    return _Line(
        letters="".join([letters[at] for at in kept]),
        gaps=[folded.gaps[at] for at in kept],
        runs=[other - one for one, other in zip(kept, ends, strict=True)],
        spans=[(signs[one], signs[other - 1]) for one, other in zip(kept, ends, strict=True)],
    )


def _repeats(gaps: list[int], start: int, end: int) -> Iterator[int]:
    """Of equal letters, those that say nothing new: poorn, k i l l, but not the p of “pop porn”."""
    for at in range(start + 1, end):
        alone = gaps[at - 1] >= Gap.MARK or at == 1
        if gaps[at] < Gap.MARK or (alone and (at + 1 == len(gaps) or gaps[at + 1] >= Gap.MARK)):
            yield at


def _is_meant(word: Word, line: _Line, start: int, end: int) -> bool:
    """Whether what was found there are the words of the term and not parts of others."""
    if not _is_edge(line, start) or not (word.open_end or _is_edge(line, end)):
        return False
    inner = sorted({*word.breaks, len(word.letters)})
    return all(_is_one_word(word, line, start, first, last) for first, last in pairwise(inner))


def _is_edge(line: _Line, at: int) -> bool:
    if at in (0, len(line.letters)):
        return True
    return line.gaps[at] > 0 or HAN in (line.letters[at], line.letters[at - 1])


def _is_one_word(word: Word, line: _Line, start: int, first: int, last: int) -> bool:
    places = range(start + first, start + last)
    repeats = zip(word.runs[first:last], line.runs[start + first : start + last], strict=True)
    if not all(_is_repeat(meant, seen, len(places)) for meant, seen in repeats):
        return False
    gaps = [at for at in places[1:] if line.gaps[at] >= Gap.MARK]
    if all(line.gaps[at] == Gap.MARK for at in gaps):
        return True
    edges = [places[0], *gaps, places[-1] + 1]
    return _is_spelled_out([line.letters[one:other] for one, other in pairwise(edges)])


def _is_repeat(meant: int, seen: int, length: int) -> bool:
    """porrrn and porrn are porn, but Kidd is no kid; kil is kill in a longer word."""
    if seen == meant or seen >= 3:
        return True
    return length >= 4 if seen > meant else length >= 5


def _is_spelled_out(pieces: list[str]) -> bool:
    """p o r n, po rn, p orn: not a word that stands across a space by chance."""
    if all(len(piece) <= 2 for piece in pieces):
        return True
    longer = [piece for piece in pieces if len(piece) > 1]
    return len(longer) == 1 and not any(piece in WORDS for piece in pieces)
