"""The vocabulary of a closed-world model, as its folder's `lexicon.json` says, indexed by phrase."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from generation.runner.prompt_parser.words import WordSegmenter, key, place_keys

FILE = "lexicon.json"
SLOTS = ("background", "subject", "colour", "motion", "camera", "style")
REQUIRED_SLOTS = ("background", "subject", "colour", "motion")  # every clip has one of each
LANGUAGES = ("zh", "en")


class Kind(StrEnum):
    """What a phrase says; the values are keys of the file."""

    ENTRY = "slots"  # an entry of the slot
    AMBIGUOUS = "vague"  # an entry of the slot if nothing else is; of several names the context decides
    OCCASION = "hints"  # no slot, but scenes that go with it; `number` of the occasion
    UNKNOWN = "strangers"  # not in this world; the slot it would have filled, and names to draw instead
    CLOTHES = "worn"  # their colour is their wearer's; names are the wearers
    COMPOUND = "joined"  # with it the first of the names becomes the second
    FILLER = "passing"  # nothing that a picture could show
    ACCOMPANYING = "held"  # what follows is with the subject, not the subject
    NEGATION = "without"  # what follows is not wanted


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase may stand for: see `Kind`."""

    kind: Kind
    slot: str = ""
    names: tuple[str, ...] = ()
    number: int = 0


class Lexicon:
    """The vocabulary of one model. Hashable by identity: derived things are cached by it.

    `entries`: slot → name → its phrases. `occasions`: the scenes of each. `defaults`: slot → name → what else
    usually goes with it. `natural_colours`: of what has one anyway. `contains`: name → names that it implies.
    `times`: backgrounds that are a time of day. `scenes`: taught as wholes. `prompt_language`: the one to
    rewrite prompts in; None: that of the prompt.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.entries: dict[str, dict[str, Any]] = {
            slot: {entry["name"]: entry for entry in content["slots"][slot]} for slot in SLOTS
        }
        self.occasions: list[list[dict[str, str]]] = [hint["scenes"] for hint in content["hints"]]
        self.defaults: dict[str, dict[str, dict[str, str]]] = content["habits"]
        self.natural_colours: dict[str, list[str]] = content["natural"]
        self.contains: dict[str, list[str]] = content["within"]
        self.times: set[str] = set(content["times"])
        self.scenes: list[dict[str, Any]] = content["scenes"]
        self.prompt_language: str | None = content.get("told")

    @cached_property
    def phrases(self) -> dict[str, Meaning]:
        """Every phrase as it is written, with what it means; an earlier meaning wins."""
        found: dict[str, Meaning] = {}
        for phrase, meaning in self._phrases():
            found.setdefault(phrase, meaning)
        return found

    @cached_property
    def index(self) -> dict[str, Meaning]:
        """Keys of `words.key` → meaning."""
        found: dict[str, Meaning] = {}
        for phrase, meaning in self.phrases.items():
            found.setdefault(key(phrase), meaning)
        for phrase, meaning in self.phrases.items():  # a place without its locative never hides another word
            for each in place_keys(phrase) if meaning.slot == "background" else ():
                found.setdefault(each, meaning)
        found.pop("", None)
        return found

    @cached_property
    def segmenter(self) -> WordSegmenter:
        chinese = {phrase for phrase in self.phrases if not phrase.isascii()}
        return WordSegmenter(chinese | {each for each in self.index if not each.isascii()})

    def _phrases(self) -> Iterator[tuple[str, Meaning]]:
        yield from self._entry_phrases()
        for vague in self.content["vague"]:
            yield from _each(vague, Meaning(Kind.AMBIGUOUS, vague["slot"], tuple(vague["names"])))
        for number, hint in enumerate(self.content["hints"]):
            yield from _each(hint, Meaning(Kind.OCCASION, number=number))
        for group in self.content["strangers"]:
            names = tuple(group.get("instead", ()))
            yield from _each(group, Meaning(Kind.UNKNOWN, group.get("slot", ""), names))
        for worn in self.content["worn"]:
            yield from _each(worn, Meaning(Kind.CLOTHES, "colour", tuple(worn["names"])))
        for joined in self.content["joined"]:
            yield from _each(joined, Meaning(Kind.COMPOUND, joined["slot"], (joined["from"], joined["to"])))
        for kind in (Kind.FILLER, Kind.ACCOMPANYING, Kind.NEGATION):
            yield from _each(self.content[kind], Meaning(kind))

    def _entry_phrases(self) -> Iterator[tuple[str, Meaning]]:
        for source in ("", "heard"):  # the phrases of the training captions go before their synonyms
            for slot in SLOTS:
                for name, entry in self.entries[slot].items():
                    yield from _each(
                        entry.get(source, {}) if source else entry, Meaning(Kind.ENTRY, slot, (name,))
                    )

    def caption(self, scene: Mapping[str, str], language: str, *, with_style: bool = True) -> str:
        """The plainest caption in `language` that the model was trained on for `scene` (slot → name)."""
        form = self.content["caption"][language]
        words = {slot: self._plain(slot, scene[slot], language) for slot in REQUIRED_SLOTS}
        one = self.entries["subject"][scene["subject"]]["one"][language]
        parts = [form["sentence"].format(one=one, **words)]
        if scene.get("camera", form["still"]) != form["still"]:
            parts.append(self._plain("camera", scene["camera"], language))
        if with_style and (style := self._plain("style", scene.get("style", ""), language)):
            parts.append(style)
        return str(form["comma"]).join(parts)

    def _plain(self, slot: str, name: str, language: str) -> str:
        return next(iter(self.entries[slot].get(name, {}).get(language, ())), "")


def _each(group: Mapping[str, Any], meaning: Meaning) -> Iterator[tuple[str, Meaning]]:
    for language in LANGUAGES:
        for phrase in group.get(language, ()):
            yield phrase, meaning


def read(folder: Path | str) -> Lexicon | None:
    """The lexicon of the model in `folder`, read once while its file stays as it is; None without one."""
    path = Path(folder) / FILE
    try:
        seen = path.stat()
    except OSError:
        return None
    return _read(path, seen.st_mtime_ns, seen.st_size)


def check(folder: Path | str) -> None:
    """Raise what a broken file of the model in `folder` raises wherever it is read: OSError, ValueError,
    LookupError, TypeError or AttributeError."""
    if (lexicon := read(folder)) is not None:
        _ = lexicon.index


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int) -> Lexicon:
    return Lexicon(json.loads(path.read_text("utf-8")))
