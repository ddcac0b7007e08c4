"""Text as a reader sees it: letters a–z and simplified Chinese signs, whatever they were written with.

Folded sign by sign (NFKD, the Unicode table of confusables, letters by their names, traditional Chinese to
simplified), so every folded sign knows its place in the text, and folding takes linear time.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from confusable_homoglyphs import utils as confusable_homoglyphs
from opencc import OpenCC

MASKS = frozenset("*#%_●•×✱∗")  # stand for a letter: p*rn
SYMBOLS = {"@": "@", "$": "$", "!": "!", "|": "|", "€": "e", "£": "l", "¥": "y", "§": "$", "¡": "!"}
OTHER = "?"  # a letter of another script, which no term has
# Look-alikes of capitals and of italics, which the table of confusables leaves out.
LOOK_ALIKES = dict(zip("внгткмпияьεηωπλτхсаероуі", "bhrtkmnnrbenwnltxcaepoyi", strict=True))
SPACE, MARK, NOTHING = " ", ".", ""  # what a sign that is no letter folds to
LATIN = re.compile(  # names of letters, as Unicode has them
    r"(?:(?:REGIONAL INDICATOR SYMBOL|NEGATIVE \w+|SQUARED|CIRCLED|PARENTHESIZED|MODIFIER) )*"
    r"(?:LATIN )?(?:SMALL |CAPITAL )?LETTER (?:SMALL )?(?:CAPITAL )?"
    r"(?:TURNED |REVERSED |DOTLESS )?([A-Z])(?: WITH .+)?"
)
RUN = re.compile(r"[^ .]+")
CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
HAN = re.compile(r"[\u2e80-\u2fd5\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


class Gap(IntEnum):
    """What stands between a sign and the one before it."""

    NONE = 0
    CASE = 1  # a capital behind a small letter
    MARK = 2  # punctuation, an emoji
    SPACE = 3


@dataclass(frozen=True, slots=True)
class Folded:
    """`signs` (a–z, 0–9, @$!|*, Han, `?`); of each its `gaps` and where it stands in the text (`places`)."""

    signs: str
    gaps: list[int]
    places: list[int]


class _Table(dict[str, str]):
    """What each sign of Unicode folds to, worked out when it is first met."""

    def __missing__(self, sign: str) -> str:
        self[sign] = folded = _fold_sign(sign)
        return folded


def fold(text: str) -> Folded:
    """`text` as it is compared with rules."""
    parts = [TABLE[sign] for sign in text]
    places = [place for place, part in enumerate(parts) for _ in part]
    flat = "".join(parts)
    kept: list[int] = []
    gaps: list[int] = []
    ended = 0
    for run in RUN.finditer(flat):
        begun = run.start()
        gap = Gap.SPACE if SPACE in flat[ended:begun] else Gap.MARK if begun else Gap.NONE
        ended = run.end()
        kept += range(begun, ended)
        gaps += [gap, *[Gap.NONE] * (ended - begun - 1)]
    folded = Folded("".join(RUN.findall(flat)), gaps, [places[at] for at in kept])
    _mark_capitals(text, folded)
    return _without_outer_symbols(folded)


def _mark_capitals(text: str, folded: Folded) -> None:
    """NudeKids: two words."""
    capitals = {found.start() for found in CAPITAL.finditer(text)}
    if capitals:
        for at, place in enumerate(folded.places):
            if place in capitals and not folded.gaps[at]:
                folded.gaps[at] = Gap.CASE


def chosen(folded: Folded, kept: Iterable[int], signs: str | None = None) -> Folded:
    """`folded` with only the signs at the positions `kept`; what fell out is a gap. `signs`: written so."""
    gaps, places, left, before = [], [], [], -1
    for at in kept:
        gaps.append(folded.gaps[at] if at == before + 1 else max(Gap.MARK, *folded.gaps[before + 1 : at + 1]))
        places.append(folded.places[at])
        left.append(folded.signs[at])
        before = at
    return Folded("".join(left) if signs is None else signs, gaps, places)


def _without_outer_symbols(folded: Folded) -> Folded:
    """A symbol is a letter between letters alone (p@ssword, not @name or hello!); `$` also before one."""
    signs, symbols = folded.signs, {at.start() for at in re.finditer(r"[@$!|*]", folded.signs)}
    if not symbols:
        return folded
    return chosen(folded, [at for at in range(len(signs)) if at not in symbols or _is_letter(folded, at)])


def _is_letter(folded: Folded, at: int) -> bool:
    signs, gaps = folded.signs, folded.gaps
    goes_on = at + 1 < len(signs) and not gaps[at + 1] and signs[at + 1] in NEIGHBOURS
    follows = at > 0 and not gaps[at] and signs[at - 1] in NEIGHBOURS
    return goes_on and (follows or (signs[at] == "$"))


NEIGHBOURS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@$!|*")


def _fold_sign(sign: str) -> str:
    if sign.isascii() and sign.isalnum():
        return sign.lower()
    if sign in "'’ʼ`":  # John's: one word
        return NOTHING
    if sign in MASKS:
        return "*"
    if sign in SYMBOLS:
        return SYMBOLS[sign]
    if sign.isspace():
        return SPACE
    category = unicodedata.category(sign)
    if category in {"Mn", "Me", "Cf", "Cc", "Cn", "Co"} or sign == "\u3164":  # a Hangul filler is invisible
        return NOTHING
    return _by_shape(sign, category)


def _by_shape(sign: str, category: str) -> str:
    if HAN.match(sign):
        plain = unicodedata.normalize("NFKC", sign)
        return _simplified().get(plain, plain)
    plain = unicodedata.normalize("NFKD", sign)
    if plain != sign and sign not in plain:
        return "".join(TABLE[part] for part in plain)
    if match := LATIN.fullmatch(unicodedata.name(sign, "")):
        return match.group(1).lower()
    if found := LOOK_ALIKES.get(sign.lower()) or _confusables().get(sign):
        return found
    return OTHER if category[0] in "LN" else MARK


@cache
def _confusables() -> dict[str, str]:
    """Letters and numbers of other scripts that look like one letter of a–z or digit, by Unicode's table."""
    found = {}
    for sign, alike in confusable_homoglyphs.load("confusables.json").items():
        plain = [one["c"].lower() for one in alike if len(one["c"]) == 1 and one["c"].isascii()]
        letters = [letter for letter in plain if letter.isalnum()]
        if letters and len(sign) == 1 and not sign.isascii() and unicodedata.category(sign)[0] in "LNS":
            found[sign] = letters[0]
    return found


@cache
def _simplified() -> dict[str, str]:
    """Traditional signs and their simplified ones."""
    signs = [chr(code) for first, last in ((0x3400, 0x9FFF),) for code in range(first, last + 1)]
    pairs = zip(signs, OpenCC("t2s").convert("\n".join(signs)).split("\n"), strict=True)
    return {sign: plain for sign, plain in pairs if sign != plain and len(plain) == 1}


TABLE = _Table()
