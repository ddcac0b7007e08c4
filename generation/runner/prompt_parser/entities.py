"""What a prompt mentions, phrase by phrase: first as the lexicon lists it, then by embedding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generation.runner.prompt_parser import embedding
from generation.runner.prompt_parser.lexicon import Kind, Lexicon, Meaning
from generation.runner.prompt_parser.words import Word, tokenize

EXACT, SIMILAR, AMBIGUOUS, SUBSTITUTE = 4, 3, 2, 1  # how surely an entity fills its slot
CONFIDENCE = {Kind.AMBIGUOUS: AMBIGUOUS, Kind.UNKNOWN: SUBSTITUTE}
FILLER = Meaning(Kind.FILLER)
MAX_EMBEDDED = 48  # words of a prompt that are looked up by embedding; it takes a millisecond each
LONGEST_PHRASE = 10  # words, stop words included

Check = Callable[[], None]  # called before each phrase; what it raises ends the parse


@dataclass(frozen=True, slots=True)
class Entity:
    """A phrase of the prompt and what it means. `first` and `last` are its words (`last` is in it).

    `separated`: a preposition or the end of a clause stands between it and the entity before. `accompanying`:
    it is with the subject, not the subject. `negated`: it is not wanted."""

    text: str
    meaning: Meaning
    confidence: int
    first: Word
    last: Word
    separated: bool = True
    accompanying: bool = False
    negated: bool = False

    @property
    def slot(self) -> str:
        return self.meaning.slot

    @property
    def fills_slot(self) -> bool:
        """Whether it asks for an entry of its slot."""
        return (
            bool(self.meaning.names)
            and self.meaning.kind in (Kind.ENTRY, Kind.AMBIGUOUS, Kind.UNKNOWN)
            and not self.negated
        )

    def follows(self, other: "Entity") -> bool:
        """Whether it stands right behind `other`, in the same phrase."""
        return not self.separated and 0 <= self.first.start - other.last.end <= 1


def never() -> None:
    """Nothing ends it early."""


def extract(prompt: str, lexicon: Lexicon, check: Check = never) -> list[Entity]:
    """All entities of `prompt`, in their order; words without a meaning are left out. `check` may end it."""
    check()
    words = list(_split(tokenize(prompt, lexicon.segmenter), lexicon))
    reader = _Reader(lexicon)
    return [entity for span in _spans(words, lexicon) if (entity := reader.read(span, check))]


def _spans(words: list[Word], lexicon: Lexicon) -> Iterator[list[Word]]:
    """The words in phrases of the lexicon, and the rest of them one by one."""
    at = 0
    while at < len(words):
        rest = words[at : at + LONGEST_PHRASE]
        span = _longest(rest, lexicon) or (rest[:1] if rest[0].stop else _unlisted(rest, lexicon))
        yield span
        at += len(span)


class _Reader:
    """Reads span after span, and keeps what the words before mean for the next ones."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon, self._embedded, self._clause = lexicon, 0, -1
        self._separated = self._accompanying = self._negated = False

    def read(self, span: list[Word], check: Check = never) -> Entity | None:
        check()
        if span[0].clause != self._clause:
            self._separated, self._accompanying, self._negated = True, False, False
            self._clause = span[0].clause
        listed = self._lexicon.index.get(_key(span))
        if listed is None and span[0].stop:
            self._separated |= span[0].preposition
            return None
        if listed and listed.kind in (Kind.ACCOMPANYING, Kind.NEGATION):
            self._separated = True
            self._accompanying |= listed.kind == Kind.ACCOMPANYING
            self._negated |= listed.kind == Kind.NEGATION
            return None
        return self._entity(span, listed or self._nearest(span), EXACT if listed else SIMILAR)

    def _entity(self, span: list[Word], meaning: Meaning, confidence: int) -> Entity:
        confidence = CONFIDENCE.get(meaning.kind, confidence)
        context = (self._separated, self._accompanying, self._negated)
        self._separated = False
        self._accompanying = self._accompanying and meaning.slot in ("", "colour", "style")
        return Entity(_text(span), meaning, confidence, span[0], span[-1], *context)

    def _nearest(self, span: list[Word]) -> Meaning:
        self._embedded += 1
        if not span[0].lettered or self._embedded > MAX_EMBEDDED:
            return embedding.UNKNOWN
        found = embedding.nearest(_text(span), self._lexicon)
        # one sign alone has too many meanings to be sure of one
        return FILLER if _sign(span[0]) and len(span) == 1 and found.kind != Kind.UNKNOWN else found


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


def _unlisted(rest: list[Word], lexicon: Lexicon) -> list[Word]:
    """One word, or the single signs in a row that jieba made of one it does not know."""
    span = [rest[0]]
    for word in rest[1:]:
        if not (_sign(span[-1]) and _sign(word)) or word.stem in lexicon.index or word.start != span[-1].end:
            break
        span.append(word)
    return span


def _sign(word: Word) -> bool:
    return word.han and len(word.text) == 1 and not word.stop


def _split(words: list[Word], lexicon: Lexicon) -> Iterator[Word]:
    """Chinese words taken apart where jieba joined a colour or a size to a thing: 白猫 is 白 and 猫."""
    for word in words:
        cut = _cut(word, lexicon) if word.han and word.stem not in lexicon.index and not word.stop else 0
        if cut:
            yield Word(word.text[:cut], word.text[:cut], word.start, word.start + cut, word.clause)
            yield Word(word.text[cut:], word.text[cut:], word.start + cut, word.end, word.clause)
        else:
            yield word


def _cut(word: Word, lexicon: Lexicon) -> int:
    """Where to take `word` apart; 0 for nowhere."""
    for cut in range(1, len(word.text)):
        front, back = (lexicon.index.get(part) for part in (word.text[:cut], word.text[cut:]))
        if front and back and _describes(front) and _described(back, len(word.text) - cut):
            return cut
    return 0


def _describes(front: Meaning) -> bool:
    return front.kind == Kind.FILLER or front.slot == "colour"


def _described(back: Meaning, signs: int) -> bool:
    place = back.slot == "background" and back.kind == Kind.ENTRY and signs > 1
    return back.slot == "subject" or back.kind == Kind.CLOTHES or place


def _text(span: list[Word]) -> str:
    whole = ""
    for word in span:
        apart = whole and not (word.han and whole[-1] > "\u2fff")
        whole += (" " if apart else "") + word.text
    return whole
