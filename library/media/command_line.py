"""What the command lines of all engines do alike.

What is refused is one line on stderr and status 2; Ctrl-C is status 130, without a traceback; where to write
is tried before the work begins, which may take minutes.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from errors import DomainError, render_message
from library.media.errors import OutputFolderNotFound, OutputIsFolder, OutputRefused

REFUSED, INTERRUPTED = 2, 130
MOST_SECONDS = 1e9  # thirty years; of more, frames cannot be counted


class Parser(argparse.ArgumentParser):
    """A parser that refuses in one line; how it is used is printed by --help."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.prog}: {message}\n")


def status_of(main: Callable[[], int]) -> int:
    """The status `main` returns, or that of what ended it: a refusal, a file that cannot be read or written,
    or whoever pressed Ctrl-C. What else it raises is a fault of ours and goes on."""
    try:
        return main()
    except (DomainError, OSError) as refused:
        return refuse(sentence_of(refused))
    except KeyboardInterrupt:
        return INTERRUPTED


def sentence_of(refused: DomainError | OSError) -> str:
    """What is refused, in words; of a file, its name and what the system says."""
    if isinstance(refused, DomainError):
        return render_message(refused.as_dict())
    return f"{refused.filename or ''}: {refused.strerror or refused}".removeprefix(": ")


def refuse(sentence: str) -> int:
    """Say why, in one line; the status to end with."""
    print(" ".join(sentence.split()), file=sys.stderr)
    return REFUSED


def check_output(file: Path) -> None:
    """Try whether `file` can be written. Raises OutputFolderNotFound, OutputIsFolder or OutputRefused."""
    try:
        if file.is_dir():
            raise OutputIsFolder(field="out", file=str(file))
        if not file.parent.is_dir():
            raise OutputFolderNotFound(field="out", file=str(file), folder=str(file.parent))
        _try_to_write(file.with_name(f"{file.name}.part"))  # as it is called before it is whole
    except OSError as refused:
        raise OutputRefused(field="out", file=str(file), reason=refused.strerror) from refused


def _try_to_write(part: Path) -> None:
    new = not part.exists()
    part.open("ab").close()
    if new:
        part.unlink()


def check_output_folder(folder: Path) -> None:
    """Make `folder`, with those it lies in, and try whether it can be written to. Raises OutputRefused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise OutputRefused(field="out", file=str(folder), reason=refused.strerror) from refused
    check_output(folder / "new")


def seconds(text: str) -> float:
    """The argument `text` as seconds, from 0 to MOST_SECONDS. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 0 to {MOST_SECONDS:.0f}")
    return value
