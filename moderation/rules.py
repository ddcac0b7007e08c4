"""The rules of `rules.toml`: what may be neither asked for nor shown."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Rule:
    """Broken by one term of `any_of`, or by one of every group of `all_of` (`near`: no further apart than so
    many signs). What stands in one of the `exceptions` is none."""

    name: str
    says: str
    any_of: tuple[str, ...]
    all_of: tuple[tuple[str, ...], ...]
    exceptions: tuple[str, ...]
    near: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in the order in which they are told, and what is known of writing Chinese: terms for which
    pinyin alone is enough, and signs by the parts they are split into."""

    rules: tuple[Rule, ...]
    pinyin: tuple[str, ...]
    split: dict[str, str]


def is_chinese(term: str) -> bool:
    return HAN.search(term) is not None


def _rule(row: dict[str, Any]) -> Rule:
    groups = tuple(tuple(group) for group in row.get("all", []))
    exceptions = tuple(row.get("except", []))
    return Rule(row["name"], row["says"], tuple(row.get("any", [])), groups, exceptions, row.get("near"))


def _read(path: Path) -> Rules:
    table = tomllib.loads(path.read_text("utf-8"))
    return Rules(tuple(map(_rule, table["rule"])), tuple(table["pinyin"]), table["split"])


ALL = _read(Path(__file__).with_name("rules.toml"))
RULES = ALL.rules
