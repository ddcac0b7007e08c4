"""How well the rules do on the measured lists: `python -m moderation.report` writes the tables of
docs/moderation.md, `--check` compares."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from moderation.matching import broken_by
from moderation.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
LISTS, PAGE = ROOT / "tests/moderation", ROOT / "docs/moderation.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"


class Line(NamedTuple):
    """One text; the `rule` it breaks or is near to; how it is written; whether no rule was tuned on it."""

    rule: str
    technique: str
    text: str
    held_out: bool


class Score(NamedTuple):
    """Of `evasions`, how many were `found`; of `innocents`, how many were `refused`."""

    evasions: int
    found: int
    innocents: int
    refused: int

    @property
    def recall(self) -> float:
        return self.found / self.evasions if self.evasions else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.refused) if self.found else 1.0


def read(name: str) -> list[Line]:
    """The list `evasions` or `innocents`. Under each heading every second line is held out."""
    lines: list[Line] = []
    rule, technique, number = "", "", 0
    for text in (LISTS / f"{name}.txt").read_text("utf-8").splitlines():
        if text.startswith("["):
            (rule, _, technique), number = text.strip("[]").partition(" / "), 0
        elif text and not text.startswith("# "):
            lines.append(Line(rule, technique, text, number % 2 == 1))
            number += 1
    return lines


def score(evasions: Iterable[Line], innocents: Iterable[Line]) -> Score:
    """An evasion is found if any rule refuses it; so is an innocent line refused."""
    bad, good = list(evasions), list(innocents)
    found, refused = (sum(broken_by(line.text) is not None for line in lines) for lines in (bad, good))
    return Score(len(bad), found, len(good), refused)


def by_rule(rule: str) -> Score:
    """Evasions of `rule`; innocent lines of all that are refused by it."""
    bad = [line for line in read("evasions") if line.rule == rule]
    found = sum(broken_by(line.text) is not None for line in bad)
    good = [line for line in read("innocents") if line.rule == rule]
    broken = (broken_by(line.text) for line in read("innocents"))
    return Score(
        len(bad), found, len(good), sum(each is not None and each[0].name == rule for each in broken)
    )


def by_half(*, held_out: bool) -> Score:
    """One half of both lists."""
    halves = (
        [line for line in read(name) if line.held_out == held_out] for name in ("evasions", "innocents")
    )
    return score(*halves)


def tables() -> str:
    """Markdown: both halves, every rule, every way of writing."""
    rows = [("tuned on", by_half(held_out=False)), ("held out", by_half(held_out=True))]
    rows += [(rule.name, by_rule(rule.name)) for rule in RULES]
    lines = [
        "| | evasions | found | recall | innocent | refused | precision |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one.evasions} | {one.found} | {one.recall:.3f} | {one.innocents} | {one.refused} "
        f"| {one.precision:.3f} |"
        for name, one in rows
    ]
    asked = Counter(line.technique for line in read("evasions"))
    found = Counter(line.technique for line in read("evasions") if broken_by(line.text))
    lines += ["", "| written with | found |", "|---|---|"]
    lines += [f"| {name} | {found[name]} of {count} |" for name, count in asked.most_common()]
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """`text` of the page with its tables as they are now."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n" + tables() + "\n" + END + rest.partition(END)[2]


def main() -> None:
    text = PAGE.read_text("utf-8")
    if "--check" in sys.argv:
        if page(text) != text:
            sys.exit("docs/moderation.md is not what is measured: python -m moderation.report")
    else:
        PAGE.write_text(page(text), "utf-8")


if __name__ == "__main__":
    main()
