"""What a prompt mentions, word by word: first as the lexicon lists it, then by meaning."""

from collections.abc import Iterator
from dataclasses import dataclass

from generation.runner.understanding import meaning
from generation.runner.understanding.lexicon import Lexicon, Meaning
from generation.runner.understanding.words import Word, words

EXACT, NEAR, VAGUE, INSTEAD = 4, 3, 2, 1  # how surely a mention fills its slot
SURENESS = {"vague": VAGUE, "stranger": INSTEAD}
PASSING = Meaning("passing")


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
    return list(_told(said, lexicon))


def _told(said: list[Word], lexicon: Lexicon) -> Iterator[Mention]:
    at, broken, clause = 0, True, -1
    held = unwanted = False
    while at < len(said):
        word = said[at]
        if word.clause != clause:
            broken, held, unwanted, clause = True, False, False, word.clause
        span = _longest(said[at:], lexicon)
        sense = lexicon.index.get(_key(span)) if span else None
        if sense is None and word.stop:
            broken, at = broken or word.opens, at + 1
            continue
        span = span or _unknown(said[at:], lexicon)
        mention = _mention(span, sense, lexicon, broken=broken, held=held, unwanted=unwanted)
        at += len(span)
        if mention.meaning.kind == "held":
            held, broken = True, True
        elif mention.meaning.kind == "without":
            unwanted = True
        else:
            yield mention
            broken = False
            held = held and mention.slot in ("", "colour", "style")


def _mention(
    span: list[Word], sense: Meaning | None, lexicon: Lexicon, *, broken: bool, held: bool, unwanted: bool
) -> Mention:
    text = _text(span)
    found = sense or (meaning.nearest(text, lexicon) if span[0].lettered else meaning.STRANGER)
    if sense is None and _sign(span[0]) and found.kind != "stranger":
        found = PASSING  # one sign alone means too much to be sure of
    sureness = SURENESS.get(found.kind, EXACT if sense else NEAR)
    return Mention(text, found, sureness, span[0], span[-1], broken, held, unwanted)


def _longest(rest: list[Word], lexicon: Lexicon) -> list[Word]:
    """The longest phrase of the index that begins here and ends in the same clause; [] if there is none."""
    if rest[0].stop and rest[0].stem not in lexicon.index:
        return []
    same = [word for word in rest[:24] if word.clause == rest[0].clause]
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
