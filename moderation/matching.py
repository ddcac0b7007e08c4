"""Which rule a text breaks, and by which words. Linear in the length of the text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from moderation.folding import Folded, fold
from moderation.han import HanTerms
from moderation.latin import Hit, LatinTerms
from moderation.rules import ALL, RULES, Rule, is_chinese

ANY, EXCEPTION = -1, -2  # places of a term in its rule, beside the numbers of the groups


class Entry(NamedTuple):
    """A term of rule number `rule`: which `part` of it, and as it stands there."""

    rule: int
    part: int
    term: str


class Found(NamedTuple):
    """A part of a rule met in text number `text`, at the folded signs `first` to `last`."""

    part: int
    text: int
    first: int
    last: int


def broken_by(*texts: str) -> tuple[Rule, list[str]] | None:
    """The first rule that `texts` break together, and the words they break it with, as they were written."""
    folded = [fold(text) for text in texts]
    found: dict[int, list[Found]] = defaultdict(list)
    for number, text in enumerate(folded):
        for entry, hit in _hits(text):
            found[entry.rule].append(Found(entry.part, number, hit.first, hit.last))
    for number in sorted(found):
        if broken := _breaking(RULES[number], found[number]):
            words = (_written(texts[one.text], folded[one.text], one) for one in broken)
            return RULES[number], list(dict.fromkeys(words))
    return None


def _hits(text: Folded) -> Iterator[tuple[Entry, Hit]]:
    for entries, terms in ((LATIN, LATIN_TERMS), (CHINESE, HAN_TERMS)):
        yield from ((entries[hit.term], hit) for hit in terms.hits(text))


def _breaking(rule: Rule, found: list[Found]) -> list[Found]:
    """Those of `found` that break the rule: one of each kind is enough."""
    excused = [one for one in found if one.part == EXCEPTION]
    meant = [
        one for one in found if one.part != EXCEPTION and not any(_holds(other, one) for other in excused)
    ]
    if alone := [one for one in meant if one.part == ANY]:
        return alone[:3]
    groups = [[one for one in meant if one.part == part] for part in range(len(rule.all_of))]
    if not groups or not all(groups):
        return []
    if rule.near is None:
        return [group[0] for group in groups]
    return next((pair for pair in _pairs(groups) if _distance(*pair) <= rule.near), [])


def _pairs(groups: list[list[Found]]) -> Iterator[list[Found]]:
    """Each find of the first group with the one of the second that is nearest to it."""
    for one in groups[0]:
        yield [one, min(groups[1], key=lambda other: _distance(one, other))]


def _distance(one: Found, other: Found) -> int:
    return abs(one.first - other.first) if one.text == other.text else 0


def _holds(outer: Found, inner: Found) -> bool:
    return outer.text == inner.text and outer.first <= inner.first and inner.last <= outer.last


def _written(text: str, folded: Folded, found: Found) -> str:
    return text[folded.places[found.first] : folded.places[found.last] + 1]


def _entries() -> Iterator[Entry]:
    for number, rule in enumerate(RULES):
        yield from (Entry(number, ANY, term) for term in rule.any_of)
        yield from (Entry(number, EXCEPTION, term) for term in rule.exceptions)
        for part, group in enumerate(rule.all_of):
            yield from (Entry(number, part, term) for term in group)


def _simplified(terms: Iterable[Entry]) -> list[str]:
    return [fold(entry.term).signs for entry in terms]


LATIN = [entry for entry in _entries() if not is_chinese(entry.term)]
CHINESE = [entry for entry in _entries() if is_chinese(entry.term)]
LATIN_TERMS = LatinTerms(entry.term for entry in LATIN)
HAN_TERMS = HanTerms(_simplified(CHINESE), ALL.pinyin, ALL.split)
