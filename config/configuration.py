"""docs/configuration.md, from the code: `python -m config.configuration` writes it, `--check` compares.

Product code reads environment variables by literal names. A `#:` comment right above the line describes the
variable, once: its unit or form in brackets, then what it does and when to change it.
"""

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "configuration.md"
ROOMS = ("config", "api", "creator", "jobs", "library", "waitlist", "generation", "editing", "publishing")
INTRO = """# Configuration

Every environment variable that the product reads, by room. None has to be set: the defaults run everything on
one machine. This page is written by `make configuration` from the comments beside the code.
"""
TITLES = ("variable", "type", "default", "unit or form", "what it does, and when to change it")
HEAD = f"| {' | '.join(TITLES)} |\n{'|---' * len(TITLES)}|"
READER = re.compile(r"env(\.\w+)?|(os\.)?(environ\.(get|pop|setdefault)|getenv)")
KINDS = {"int": "whole number", "float": "number", "bool": "true or false", "json": "JSON"}
KINDS |= {"list": "list, by commas", "db": "URL", "email": "URL"}
SECTION = re.compile(r"# ── (.+?) ─+")


class Undescribed(Exception):
    """A variable is read but not described, described but not read, or read with two defaults."""


@dataclass(frozen=True)
class Read:
    """One place that reads a variable; `text` is "" where it is not described, `unit` where it has none."""

    name: str
    kind: str
    default: Any
    section: str
    unit: str
    text: str


def reads(source: str, section: str) -> list[Read]:
    """Every read of the environment in a module, in `section` or the one that a comment above it names."""
    lines, found = source.splitlines(), []
    known: dict[str, Any] = {"BASE_DIR": Path(), "VAR_DIR": Path("VAR_DIR")}  # what a default may be made of
    described = {n + 1 for n, line in enumerate(lines, 1) if _describes(line)}
    described -= {n for n, line in enumerate(lines, 1) if _describes(line)}  # of a block, the line below it
    for line, name, kind, default in _calls(ast.parse(source)):
        value = _evaluated(default, known)
        known.setdefault(name, value)
        headings = [heading[1] for above in lines[:line] if (heading := SECTION.match(above))]
        unit, text = _description(lines[: line - 1])
        found.append(Read(name, kind, value, headings[-1] if headings else section, unit, text))
        described.discard(line)
    if described:
        raise Undescribed(f"{section}: no variable is read in line {min(described)}, below its description.")
    return found


def variables(all_reads: Iterable[Read]) -> list[Read]:
    """One read of every variable, the one that describes it, ordered by room."""
    by_name: dict[str, list[Read]] = {}
    for read in all_reads:
        by_name.setdefault(read.name, []).append(read)
    for name, same in by_name.items():
        if len({repr(read.default) for read in same}) > 1:
            raise Undescribed(f"{name} has two defaults: {', '.join(repr(read.default) for read in same)}.")
        if sum(bool(read.text) for read in same) != 1:
            raise Undescribed(f"{name} must be described by a #: comment above one line that reads it.")
    chosen = [read for same in by_name.values() for read in same if read.text]
    return sorted(chosen, key=lambda read: ROOMS.index(re.split("[:/]", read.section)[0]))


def product() -> Iterator[Read]:
    """Every read of the environment in product code: the rooms and manage.py."""
    settings = ROOT / "config" / "settings.py"
    others = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if path != settings]
    for path in [settings, *others, ROOT / "manage.py"]:
        parts = path.relative_to(ROOT).parts[:-1]
        yield from reads(path.read_text(), "/".join(parts[:2]) or "config")


def document() -> str:
    """The page, as Markdown."""
    page, section = [INTRO.rstrip()], ""
    for read in variables(product()):
        if read.section != section:
            section = read.section
            page.append(f"\n## {section}\n\n{HEAD}")
        page.append(f"| `{read.name}` | {read.kind} | {_shown(read.default)} | {read.unit} | {read.text} |")
    return "\n".join(page) + "\n"


def _calls(tree: ast.Module) -> Iterator[tuple[int, str, str, ast.expr | None]]:
    """(line, name, type, default) of every read, in the order of their lines."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Subscript)]
    casts = {id(node.args[0]): node.func for node in nodes if isinstance(node, ast.Call) and node.args}
    for node in sorted(nodes, key=lambda node: node.lineno):
        if isinstance(node, ast.Subscript):
            if ast.unparse(node.value) in ("os.environ", "environ") and isinstance(node.ctx, ast.Load):
                yield node.lineno, _name(node.slice), "text", None
        elif READER.fullmatch(reader := ast.unparse(node.func)):
            cast = ast.unparse(casts[id(node)]) if id(node) in casts else ""
            kind = KINDS.get(reader.removeprefix("env."), KINDS.get(cast, "text"))
            given = [key.value for key in node.keywords if key.arg == "default"] + node.args[1:2]
            yield node.lineno, _name(node.args[0]), kind, given[0] if given else None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Undescribed(f"A variable is read by a name that only running the code tells: {ast.unparse(node)}.")


def _evaluated(default: ast.expr | None, known: dict[str, Any]) -> Any:
    if default is None:
        return ""
    allowed = {"__builtins__": {"str": str, "next": next, "iter": iter}}
    return eval(compile(ast.Expression(default), "default", "eval"), allowed, known)


def _describes(line: str) -> bool:
    return line.lstrip().startswith("#:")


def _description(above: list[str]) -> tuple[str, str]:
    """(unit, text) of the `#:` lines at the end of `above`."""
    words: list[str] = []
    while above and _describes(above[-1]):
        words.insert(0, above.pop().lstrip().removeprefix("#:").strip())
    unit, text = re.fullmatch(r"(?:\[(.*?)\] )?(.*)", " ".join(words)).groups()  # type: ignore[union-attr]
    return unit or "", text


def _shown(default: Any) -> str:
    text = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
    text = ", ".join(default) if isinstance(default, list) else text
    return f"`{text}`" if text else "empty"


def main() -> None:
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != document():
            sys.exit("docs/configuration.md is not what the code says: make configuration")
    else:
        PAGE.write_text(document())


if __name__ == "__main__":
    main()
