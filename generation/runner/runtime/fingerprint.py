"""The hash of a model folder: two folders with the same one make the same video."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from generation.runner.errors import NOT_ALLOWED, NOT_THERE, model_broken
from generation.runner.runtime.state import State

CHUNK = 1 << 20  # bytes at a time
# what changes no video: cards and their pictures, and what clients of the hub, git and desktops leave behind
IGNORED = {".md", ".jpg", ".png", ".lock", ".incomplete"}
LEFT_BEHIND = {"Thumbs.db", "desktop.ini", "__MACOSX", "README", "LICENSE"}


def fingerprint(folder: Path, state: State) -> str:
    """SHA-256 over names and contents, in hex; kept in `state` until a file's size or time changes. Raises
    ModelBroken for a file that is not there or may not be read."""
    files = sorted(_files(folder))
    stamp = hashlib.sha256("".join(_stamp(folder, path) for path in files).encode()).hexdigest()
    known = state.load("fingerprints").get(stamp)
    if known is None:
        known = _hash(folder, files)
        state.save("fingerprints", **{stamp: known})
    return known


def _files(folder: Path) -> Iterator[Path]:
    """Links are followed, for the hub's cache is all links; a folder that lies within itself is read once."""
    seen = set[str]()
    for root, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if _counts(name)]
        if (real := os.path.realpath(root)) in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(root) / name for name in names if _counts(name))


def _counts(name: str) -> bool:
    """Whether what is called so can change a video: hidden files and folders never do."""
    return not name.startswith(".") and name not in LEFT_BEHIND and Path(name).suffix not in IGNORED


def _stamp(folder: Path, path: Path) -> str:
    try:
        seen = path.stat()
    except OSError as lost:
        reason = NOT_THERE if isinstance(lost, FileNotFoundError) else NOT_ALLOWED
        raise model_broken(folder.name, path.relative_to(folder).as_posix(), reason) from lost
    return f"{path.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}\n"


def _hash(folder: Path, files: list[Path]) -> str:
    whole = hashlib.sha256()
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            whole.update(f"{name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    whole.update(chunk)
        except OSError as refused:
            raise model_broken(folder.name, name, NOT_ALLOWED) from refused
    return whole.hexdigest()
