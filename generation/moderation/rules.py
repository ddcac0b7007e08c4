"""Prompt rules: read from `rules.toml`, applied before anything is held or queued."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

HAN = r"\u3400-\u9fff\uf900-\ufaff"
GAP = re.compile(rf"(?<=[{HAN}])[^{HAN}a-z0-9]+(?=[{HAN}])")
NOT_WORD = re.compile(rf"[^{HAN}a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """`patterns` alone: one match breaks it. `groups`: one match of each does."""

    name: str
    says: str
    patterns: tuple[re.Pattern[str], ...]
    groups: tuple[tuple[re.Pattern[str], ...], ...]

    def words_in(self, text: str) -> list[str]:
        """The words of normalised `text` that break the rule; none if it is kept."""
        together = [_found(group, text) for group in self.groups]
        several = list(chain(*together)) if together and all(together) else []
        return list(dict.fromkeys(_found(self.patterns, text) + several))


def normal(text: str) -> str:
    """`text` as rules read it: half-width, lower case, nothing invisible, no fillers between Han signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(
        sign for sign in folded if unicodedata.category(sign) not in {"Cf", "Mn", "Cc"} or sign.isspace()
    )
    return NOT_WORD.sub(" ", GAP.sub("", seen)).strip()


def broken_by(prompt: str) -> tuple[Rule, list[str]] | None:
    """The first rule that `prompt` breaks, and the words it breaks it with."""
    text = normal(prompt)
    for rule in RULES:
        if words := rule.words_in(text):
            return rule, words
    return None


def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> list[str]:
    return [match.group() for pattern in patterns if (match := pattern.search(text))]


def _pattern(word: str) -> re.Pattern[str]:
    plain = normal(word.removesuffix("*"))
    if re.search(f"[{HAN}]", plain):
        return re.compile(re.escape(plain))
    ending = r"[a-z0-9]*" if word.endswith("*") else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(plain)}{ending}(?![a-z0-9])")


def _patterns(words: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(word) for word in words)


def _rule(row: dict[str, Any]) -> Rule:
    groups = tuple(_patterns(words) for words in row.get("all", []))
    return Rule(row["name"], row["says"], _patterns(row.get("any", [])), groups)


def _read(path: Path) -> tuple[Rule, ...]:
    return tuple(_rule(row) for row in tomllib.loads(path.read_text("utf-8"))["rule"])


RULES = _read(Path(__file__).with_name("rules.toml"))
