"""Which font draws which letter. As few fonts as possible: one for the whole text, else one for a word, else
for a grapheme cluster (what readers take for one letter: a base with its marks, an emoji with its parts)."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import regex

from library.media.fonts import EMOJI, FONTS, Font

CLUSTER = regex.compile(r"\X")
WORD = regex.compile(r"\s+|\S+\s*")
# Emoji by themselves, or by the variation selector that asks for them; U+FE0E asks for the plain letter.
PICTURED = regex.compile(r"(?:\p{Emoji_Presentation}(?!\ufe0e)|\p{Emoji}\p{Emoji_Modifier}?\ufe0f)")
# Drawn as nothing, or not at all; libass has a box for the four of shorthand, and Ogham's space is a line.
# (By `regex`: Python knows the emoji of 2021 and none since.)
UNSEEN = regex.compile(
    r"[[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Z}\u2800]--[\u1680\U0001bca0-\U0001bca3]]", regex.V1
)
LABELS = {"Co": "private-use", "Cn": "reserved", "Cs": "surrogate"}  # Unicode 16, section 4.8


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one font draws."""

    font: Font
    text: str


def tidy(line: str) -> str:
    """The line as it is drawn: letters composed, since fonts have ễ rather than its three parts; tabs as
    spaces; no control characters."""
    spaced = unicodedata.normalize("NFC", line.replace("\t", " "))
    return "".join(letter for letter in spaced if unicodedata.category(letter) != "Cc")


def missing(text: str) -> str | None:
    """The first letter of `text` that no font has, if there is one."""
    return next(
        (letter for line in text.splitlines() for letter in tidy(line) if not _is_drawn(letter)), None
    )


def name(letter: str) -> str:
    """Its name in Unicode: `KHMER LETTER KA`, or `private-use-F8FF` where it has none."""
    label = LABELS.get(unicodedata.category(letter), "control")
    return unicodedata.name(letter, f"{label}-{ord(letter):04X}")


def runs(line: str) -> list[Run]:
    """The line, tidy, in order; letters that no font has go to the first."""
    pieces = ((font, text) for words, pictured in _apart(line) for font, text in _fonts(words, pictured))
    return list(_joined(pieces))


def _is_drawn(letter: str) -> bool:
    if UNSEEN.match(letter):
        return True
    return unicodedata.category(letter) != "Co" and any(ord(letter) in font.letters for font in FONTS)


def _apart(line: str) -> Iterator[tuple[str, bool]]:
    """The line as text and emoji in turn."""
    kind, gathered = False, ""
    for cluster in CLUSTER.findall(line):
        pictured = bool(PICTURED.match(cluster))
        if pictured != kind and gathered:
            yield gathered, kind
            gathered = ""
        kind, gathered = pictured, gathered + cluster
    if gathered:
        yield gathered, kind


def _fonts(text: str, pictured: bool) -> Iterator[tuple[Font, str]]:
    preferred = (EMOJI, *FONTS) if pictured else FONTS
    if font := _covering(text, preferred):
        yield font, text
        return
    for word in WORD.findall(text):
        if font := _covering(word, preferred):
            yield font, word
        else:
            yield from chain.from_iterable(_letters(one, preferred) for one in CLUSTER.findall(word))


def _letters(cluster: str, preferred: Iterable[Font]) -> Iterator[tuple[Font, str]]:
    """A cluster that no single font has (an Indic mark on a Latin letter) falls into its characters."""
    fonts = tuple(preferred)
    if font := _covering(cluster, fonts):
        yield font, cluster
    else:
        yield from ((_covering(letter, fonts) or fonts[0], letter) for letter in cluster)


def _covering(text: str, fonts: Iterable[Font]) -> Font | None:
    needed = {ord(letter) for letter in text if not UNSEEN.match(letter)}
    return next((font for font in fonts if needed <= font.letters), None)


def _joined(pieces: Iterable[tuple[Font, str]]) -> Iterator[Run]:
    last: Font | None = None
    gathered = ""
    for font, text in pieces:
        if last is not None and font is not last:
            yield Run(last, gathered)
            gathered = ""
        last, gathered = font, gathered + text
    if last is not None:
        yield Run(last, gathered)
