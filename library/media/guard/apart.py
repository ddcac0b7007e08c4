"""A module's work done in a guarded child: it prints its answer, or its error, as one line of JSON."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from errors import DomainError
from library.media import errors
from library.media.errors import Unreadable
from library.media.guard import process

ROOT = Path(__file__).resolve().parents[3]


def ask(
    module: str, *arguments: str, limits: process.Limits, check: Callable[[], None] | None = None
) -> dict[str, Any]:
    """What `python -m module arguments` answers; `check` is called about 5 times a second and may raise: the
    child is then killed and the exception goes on. Raises its error as if it had been raised here, and
    Unreadable where the child died, ran into its limits or was too slow: a hostile file harms nobody."""
    lines: list[str] = []
    argv = [sys.executable, "-m", module, *arguments]
    try:
        ended = process.run(argv, cwd=ROOT, limits=limits, on_line=lines.append, check=check)
        answer: dict[str, Any] = json.loads("".join(lines))
    except (process.TimedOut, json.JSONDecodeError) as broken:
        raise Unreadable() from broken
    if ended.returncode:
        raise getattr(errors, answer["error"])(**answer["params"])
    return answer


def answer(work: Callable[[], dict[str, Any]]) -> int:
    """In the child: print what `work` gives, or the name of its error; returns the exit status."""
    try:
        print(json.dumps(work()))
    except DomainError as error:
        print(json.dumps({"error": type(error).__name__, "params": error.params}))
        return 1
    return 0
