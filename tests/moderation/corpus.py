"""The measured lists: what must be found, and what must be left alone; half of each held out."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Line(NamedTuple):
    """One text; its `rule`, the way it is written (`technique`), and whether rules are not tuned on it."""

    rule: str
    technique: str
    text: str
    held_out: bool


def evasions() -> list[Line]:
    return list(_read(HERE / "evasions.txt"))


def innocents() -> list[Line]:
    return list(_read(HERE / "innocents.txt"))


def _read(path: Path) -> Iterator[Line]:
    rule, technique, number = "", "", 0
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("# "):
            continue
        if line.startswith("["):
            (rule, _, technique), number = line.strip("[]").partition(" / "), 0
            continue
        yield Line(rule, technique, line, number % 2 == 1)
        number += 1
