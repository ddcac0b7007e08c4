"""Names of stored files and folders, as types that hold nothing else.

A string is parsed into one before it is compared, signed or opened; nothing is normalised afterwards. Keys
are made by the server, so what is allowed is listed, not what is forbidden: parts of ASCII letters, digits,
`-`, `_` and single inner dots, joined by `/`. There is no `.`, `..`, empty part, backslash, percent sign,
control character or leading slash, and every key is its own spelling in a URL.
"""

import re
import unicodedata
from functools import cached_property
from typing import ClassVar, Self

MOST_CHARACTERS = 200  # what the columns that hold keys take
MOST_PARTS = 8
MOST_NAME = 100  # characters; file systems take 255 bytes, and a character may be four
_PART = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"


class InvalidKey(ValueError):
    """No storage key or folder has this name."""


class _Key(str):
    """A text that `allowed` takes whole, or InvalidKey."""

    allowed: ClassVar[re.Pattern[str]]
    kind: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        if type(text) is cls:
            return text
        if len(text) > MOST_CHARACTERS or not cls.allowed.fullmatch(text):
            raise InvalidKey(f"{text[:MOST_CHARACTERS]!r} is no storage {cls.kind}.")
        return super().__new__(cls, text)


class StorageKey(_Key):
    """The name of one stored file: `clips/ID/NAME.mp4`. Raises InvalidKey for any other text."""

    allowed, kind = re.compile(rf"{_PART}(?:/{_PART}){{0,{MOST_PARTS - 1}}}", re.ASCII), "key"

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Its folders from the outermost on, then the name of the file."""
        return tuple(self.split("/"))

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def suffix(self) -> str:
        """From the last dot of its name on, as `.mp4`; empty without one."""
        _, dot, ending = self.name.rpartition(".")
        return dot + ending

    def above(self, depth: int) -> "FolderKey":
        """The folder of its first `depth` parts. Raises InvalidKey where it has no so many folders."""
        if not 0 < depth < len(self.parts):
            raise InvalidKey(f"{self} does not lie {depth} folders deep.")
        return FolderKey("/".join(self.parts[:depth]) + "/")


class FolderKey(_Key):
    """The name of a folder of stored files, with the slash at its end: `posts/ID/`. Raises InvalidKey."""

    allowed, kind = re.compile(rf"(?:{_PART}/){{1,{MOST_PARTS - 1}}}", re.ASCII), "folder"

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The folders from the outermost on."""
        return tuple(self[:-1].split("/"))

    def holds(self, key: StorageKey) -> bool:
        """Whether `key` lies in it, at any depth: compared part by part."""
        return len(key.parts) > len(self.parts) and key.parts[: len(self.parts)] == self.parts

    def file(self, name: str) -> StorageKey:
        """The key of `name` (it may have folders of its own) in it. Raises InvalidKey."""
        return StorageKey(f"{self}{name}")

    def folder(self, name: str) -> "FolderKey":
        """The folder `name` in it. Raises InvalidKey."""
        return FolderKey(f"{self}{name}/")


class DownloadName(str):
    """What a browser is told to save a file as: letters, digits, spaces and `-_.()`, of any script; so
    nothing in it ends a header, turns the text around or is a path. Raises InvalidKey."""

    def __new__(cls, text: str) -> "DownloadName":
        if not (0 < len(text) <= MOST_NAME and all(map(_is_plain, text)) and text.strip(" .") == text):
            raise InvalidKey(f"{text[:MOST_NAME]!r} is no name for a download.")
        return super().__new__(cls, text)


def _is_plain(char: str) -> bool:
    return char.isalnum() or char in " -_.()" or unicodedata.category(char) in ("Mn", "Mc")
