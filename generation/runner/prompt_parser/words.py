"""Tokens: Chinese segmented by jieba, English by its spaces and stemmed; clauses are kept apart."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import jieba

HAN = r"\u3400-\u9fff\uf900-\ufaff"
PIECE = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:['’][a-z]+)?|\S")
NUMBER = re.compile(
    r"[0-9]+(?:mm|k|p|fps)?|有?[一二两三四五六七八九十几][只个叶位条头艘件幅群片座场种张名双辆台支架部把队]"
)
LONG_WORD = 3  # signs: a lexicon's word this long is one wherever it stands

FUNCTION_WORDS = tomllib.loads(Path(__file__).with_name("function_words.toml").read_text("utf-8"))
PREPOSITIONS = frozenset(FUNCTION_WORDS["prepositions"].split())
STOPS = PREPOSITIONS | frozenset(FUNCTION_WORDS["others"].split())
LOCATIVES = re.compile("(?<=.)(?:脚下|[上里中下前旁内])$")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as it was written, `stem` as it is looked up; `start` and `end` are places in the prompt;
    `clause` counts the punctuation before it."""

    text: str
    stem: str
    start: int
    end: int
    clause: int

    @property
    def han(self) -> bool:
        return _is_han(self.text)

    @property
    def lettered(self) -> bool:
        """Whether it is made of letters; an emoji is not."""
        return self.text[0].isalnum()

    @property
    def stop(self) -> bool:
        return _is_stop(self.text)

    @property
    def preposition(self) -> bool:
        """Whether it is one: a new noun phrase begins behind it."""
        return self.text.lower() in PREPOSITIONS


@lru_cache(4096)  # asked of each word some twenty times
def _is_han(text: str) -> bool:
    return re.match(f"[{HAN}]", text) is not None


@lru_cache(4096)
def _is_stop(text: str) -> bool:
    return text.lower() in STOPS or NUMBER.fullmatch(text.lower()) is not None


class WordSegmenter:
    """Segments Chinese into words by jieba's dictionary and a lexicon's own `words`."""

    def __init__(self, words: Iterable[str]) -> None:
        self._jieba = _dictionary()
        self._own = {word for word in words if len(word) > 1 and not word.isascii()}
        self._longest = max(map(len, self._own), default=1)

    def segment(self, text: str) -> Iterator[str]:
        """The lexicon's long words wherever they are; shorter ones where jieba sees word boundaries too."""
        begun = at = 0
        while at < len(text):
            if not (length := self._long_word(text, at)):
                at += 1
                continue
            yield from self._pieces(text[begun:at])
            yield text[at : at + length]
            begun = at = at + length
        yield from self._pieces(text[begun:])

    def _long_word(self, text: str, at: int) -> int:
        lengths = range(min(self._longest, len(text) - at), LONG_WORD - 1, -1)
        return next((length for length in lengths if text[at : at + length] in self._own), 0)

    def _pieces(self, text: str) -> Iterator[str]:
        pieces = list(self._jieba.cut(text, HMM=False))
        at = 0
        while at < len(pieces):
            taken = self._own_words(pieces[at : at + self._longest]) or 1
            yield "".join(pieces[at : at + taken])
            at += taken

    def _own_words(self, pieces: list[str]) -> int:
        for count in range(len(pieces), 1, -1):
            if "".join(pieces[:count]) in self._own:
                return count
        return 0


@cache
def _dictionary() -> jieba.Tokenizer:
    """jieba's words and their frequencies, without its cache in /tmp, which others may write to."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def tokenize(prompt: str, segmenter: WordSegmenter) -> list[Word]:
    """The words of `prompt` in their order, stop words included, punctuation left out."""
    found: list[Word] = []
    text, clause = unicodedata.normalize("NFKC", prompt), 0
    for piece in PIECE.finditer(text):
        if not piece.group()[0].isalnum() and unicodedata.category(piece.group()[0]) != "So":
            clause += piece.group() not in "-'\"“”‘’《》"
            continue
        found.extend(_words(piece.group(), piece.start(), clause, segmenter))
    return found


def _words(piece: str, start: int, clause: int, segmenter: WordSegmenter) -> Iterator[Word]:
    for part in segmenter.segment(piece) if re.match(f"[{HAN}]", piece) else [piece]:
        yield Word(part, stem(part), start, start + len(part), clause)
        start += len(part)


def stem(word: str) -> str:
    """A key that the forms of an English word share; Chinese without 的."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if not word.isascii():
        return word.replace("的", "") or word
    if len(word) < 4:
        return word
    word = re.sub(r"(?<=..)ies$", "y", word)
    word = re.sub(r"(?<=[a-z]{3})(?:ing|ed)$", "", re.sub(r"(?<=[a-z]{2})(?<!s)s$", "", word))
    return re.sub(r"([bdgmnprt])\1$", r"\1", re.sub(r"(?<=..)e$", "", word))


def key(phrase: str) -> str:
    """What a phrase is looked up by: stems of its meaningful words, in order."""
    if not phrase.isascii():
        return phrase.replace("的", "").replace(" ", "").lower()
    words = re.findall(r"[a-z0-9']+", phrase.lower())
    return " ".join(stem(word) for word in words if word not in STOPS) or " ".join(map(stem, words))


def place_keys(phrase: str) -> set[str]:
    """`key`, and for a Chinese place also the one without its locative: 公园 means 公园里, too."""
    whole = key(phrase)
    bare = whole if whole.isascii() else LOCATIVES.sub("", whole)
    return {whole, bare} - {""}
