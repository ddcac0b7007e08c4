"""What a closed-world model knows, as its folder's `lexicon.json` says, and an index to look words up in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from generation.runner.prompt_parser.words import Cutter, key, place_keys

FILE = "lexicon.json"
SLOTS = ("background", "subject", "colour", "motion", "camera", "style")
DRAWN = ("background", "subject", "colour", "motion")  # every clip has one of each
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase may stand for.

    | kind | slot, names |
    |---|---|
    | said | an entry of the slot |
    | vague | an entry of the slot if nothing else is; several: the context decides |
    | hint | no slot; `number` of the hint |
    | stranger | not in this world; the slot it would have filled, and what stands in for it |
    | worn | clothes, whose colour is their wearer's: names are the wearers |
    | joined | with it the first of the names becomes the second |
    | passing | says nothing a picture could show |
    | held | what follows is with the subject, not the subject |
    | without | what follows is not wanted |
    """

    kind: str
    slot: str = ""
    names: tuple[str, ...] = ()
    number: int = 0


class Lexicon:
    """The vocabulary of one model. Hashable by identity: derived things are kept with it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.entries: dict[str, dict[str, Any]] = {
            slot: {entry["name"]: entry for entry in content["slots"][slot]} for slot in SLOTS
        }
        self.hints: list[list[dict[str, str]]] = [hint["scenes"] for hint in content["hints"]]
        self.habits: dict[str, dict[str, dict[str, str]]] = content["habits"]
        self.natural: dict[str, list[str]] = content["natural"]
        self.within: dict[str, list[str]] = content["within"]
        self.times: set[str] = set(content["times"])
        self.scenes: list[dict[str, Any]] = content["scenes"]
        self.told: str | None = content.get("told")  # in which language; None: in that of the prompt

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
        for phrase, meaning in self.phrases.items():  # a bare place gives way to a word of its own
            for each in place_keys(phrase) if meaning.slot == "background" else ():
                found.setdefault(each, meaning)
        found.pop("", None)
        return found

    @cached_property
    def cutter(self) -> Cutter:
        chinese = {phrase for phrase in self.phrases if not phrase.isascii()}
        return Cutter(chinese | {each for each in self.index if not each.isascii()})

    def _phrases(self) -> Iterator[tuple[str, Meaning]]:
        yield from self._said()
        for vague in self.content["vague"]:
            yield from _each(vague, Meaning("vague", vague["slot"], tuple(vague["names"])))
        for number, hint in enumerate(self.content["hints"]):
            yield from _each(hint, Meaning("hint", number=number))
        for group in self.content["strangers"]:
            names = tuple(group.get("instead", ()))
            yield from _each(group, Meaning("stranger", group.get("slot", ""), names))
        for worn in self.content["worn"]:
            yield from _each(worn, Meaning("worn", "colour", tuple(worn["names"])))
        for joined in self.content["joined"]:
            yield from _each(joined, Meaning("joined", joined["slot"], (joined["from"], joined["to"])))
        for kind in ("passing", "held", "without"):
            yield from _each(self.content[kind], Meaning(kind))

    def _said(self) -> Iterator[tuple[str, Meaning]]:
        for source in ("", "heard"):  # what the model was taught goes before what else it may be called
            for slot in SLOTS:
                for name, entry in self.entries[slot].items():
                    yield from _each(
                        entry.get(source, {}) if source else entry, Meaning("said", slot, (name,))
                    )

    def caption(self, scene: Mapping[str, str], language: str, *, with_style: bool = True) -> str:
        """The plainest of the sentences that the model was taught for `scene`."""
        form = self.content["caption"][language]
        words = {slot: self._plain(slot, scene[slot], language) for slot in DRAWN}
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


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int) -> Lexicon:
    return Lexicon(json.loads(path.read_text("utf-8")))
