"""What a prompt mentions, word by word: first as the lexicon lists it, then by meaning."""

from collections.abc import Iterator
from dataclasses import dataclass

from generation.runner.prompt_parser import embedding
from generation.runner.prompt_parser.lexicon import Lexicon, Meaning
from generation.runner.prompt_parser.words import Word, words

EXACT, NEAR, VAGUE, INSTEAD = 4, 3, 2, 1  # how surely a mention fills its slot
SURENESS = {"vague": VAGUE, "stranger": INSTEAD}
PASSING = Meaning("passing")
MOST_UNKNOWN = 48  # words of a prompt that are looked up by meaning; it takes a millisecond each
LONGEST = 10  # words in a phrase, those without meaning included


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of the prompt and what it means. `first` and `last` number its words (`last` is in it);
    `broken` says that a preposition or the end of the clause stands between it and the mention before."""

    text: str
    meaning: Meaning
    sureness: int
    first: Word
    last: Word
    broken: bool = True
    held: bool = False
    unwanted: bool = False

    @property
    def slot(self) -> str:
        return self.meaning.slot

    @property
    def fills(self) -> bool:
        """Whether it asks for an entry of its slot."""
        return (
            bool(self.meaning.names)
            and self.meaning.kind in ("said", "vague", "stranger")
            and not self.unwanted
        )


def mentions(prompt: str, lexicon: Lexicon) -> list[Mention]:
    """All that `prompt` mentions, in its order; words that say nothing are left out."""
    said = list(_split(words(prompt, lexicon.cutter), lexicon))
    reader = _Reader(lexicon)
    return [mention for span in _spans(said, lexicon) if (mention := reader.read(span))]


def _spans(said: list[Word], lexicon: Lexicon) -> Iterator[list[Word]]:
    """The words in phrases of the lexicon, and the rest of them one by one."""
    at = 0
    while at < len(said):
        rest = said[at : at + LONGEST]
        span = _longest(rest, lexicon) or (rest[:1] if rest[0].stop else _unknown(rest, lexicon))
        yield span
        at += len(span)


class _Reader:
    """Reads phrase after phrase, and keeps in mind what the words before mean for the next ones."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon, self._unknown, self._clause = lexicon, 0, -1
        self._broken = self._held = self._unwanted = False

    def read(self, span: list[Word]) -> Mention | None:
        if span[0].clause != self._clause:
            self._broken, self._held, self._unwanted, self._clause = True, False, False, span[0].clause
        listed = self._lexicon.index.get(_key(span))
        if listed is None and span[0].stop:
            self._broken |= span[0].opens
            return None
        if listed and listed.kind in ("held", "without"):
            self._broken, self._held = True, self._held or listed.kind == "held"
            self._unwanted |= listed.kind == "without"
            return None
        return self._mention(span, listed or self._meant(span), EXACT if listed else NEAR)

    def _mention(self, span: list[Word], sense: Meaning, sureness: int) -> Mention:
        sureness = SURENESS.get(sense.kind, sureness)
        context = (self._broken, self._held, self._unwanted)
        self._broken, self._held = False, self._held and sense.slot in ("", "colour", "style")
        return Mention(_text(span), sense, sureness, span[0], span[-1], *context)

    def _meant(self, span: list[Word]) -> Meaning:
        self._unknown += 1
        if not span[0].lettered or self._unknown > MOST_UNKNOWN:
            return embedding.STRANGER
        found = embedding.nearest(_text(span), self._lexicon)
        # one sign alone means too much to be sure of
        return PASSING if _sign(span[0]) and len(span) == 1 and found.kind != "stranger" else found


def _longest(rest: list[Word], lexicon: Lexicon) -> list[Word]:
    """The longest phrase of the index that begins here and ends in the same clause; [] if there is none."""
    if rest[0].stop and rest[0].stem not in lexicon.index:
        return []
    same = [word for word in rest if word.clause == rest[0].clause]
    for end in range(1 if rest[0].stop else len(same), 0, -1):
        span = same[:end]
        if not (span[-1].stop and end > 1) and _key(span) in lexicon.index:
            return span
    return []


def _key(span: list[Word]) -> str:
    solid = [word for word in span if not word.stop] or span
    if len({word.han for word in solid}) > 1 or not all(word.lettered for word in solid):
        return ""
    return ("" if solid[0].han else " ").join(word.stem for word in solid)


def _unknown(rest: list[Word], lexicon: Lexicon) -> list[Word]:
    """One word, or the single signs in a row that jieba made of one it does not know."""
    span = [rest[0]]
    for word in rest[1:]:
        if not (_sign(span[-1]) and _sign(word)) or word.stem in lexicon.index or word.start != span[-1].end:
            break
        span.append(word)
    return span


def _sign(word: Word) -> bool:
    return word.han and len(word.text) == 1 and not word.stop


def _split(said: list[Word], lexicon: Lexicon) -> Iterator[Word]:
    """Chinese words taken apart where jieba glued a colour or a size to a thing: 白猫 is 白 and 猫."""
    for word in said:
        cut = _cut(word, lexicon) if word.han and word.stem not in lexicon.index and not word.stop else 0
        if cut:
            yield Word(word.text[:cut], word.text[:cut], word.start, word.start + cut, word.clause)
            yield Word(word.text[cut:], word.text[cut:], word.start + cut, word.end, word.clause)
        else:
            yield word


def _cut(word: Word, lexicon: Lexicon) -> int:
    for cut in range(1, len(word.text)):
        front, back = (lexicon.index.get(part) for part in (word.text[:cut], word.text[cut:]))
        if front and back and _describes(front) and _described(back, len(word.text) - cut):
            return cut
    return 0


def _describes(front: Meaning) -> bool:
    return front.kind == "passing" or front.slot == "colour"


def _described(back: Meaning, signs: int) -> bool:
    place = back.slot == "background" and back.kind == "said" and signs > 1
    return back.slot == "subject" or back.kind == "worn" or place


def _text(span: list[Word]) -> str:
    whole = ""
    for word in span:
        apart = whole and not (word.han and whole[-1] > "\u2fff")
        whole += (" " if apart else "") + word.text
    return whole
