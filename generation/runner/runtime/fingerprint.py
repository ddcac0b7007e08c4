"""The hash of a model folder: two folders with the same one make the same video."""

import hashlib
import os
from pathlib import Path

from generation.runner.runtime.state import State

CHUNK = 1 << 20  # bytes at a time
IGNORED = {".md", ".jpg", ".png"}  # a changed model card is not a changed model


def fingerprint(folder: Path, state: State) -> str:
    """SHA-256 over names and contents, in hex; kept in `state` until a file's size or time changes."""
    files = _files(folder)
    stamp = hashlib.sha256("".join(map(_stamp, files)).encode()).hexdigest()
    known = state.load("fingerprints").get(stamp)
    if known is None:
        known = _hash(folder, files)
        state.save("fingerprints", **{stamp: known})
    return known


def _files(folder: Path) -> list[Path]:
    walked = os.walk(folder, followlinks=True)
    files = [Path(root) / name for root, _, names in walked for name in names]
    return sorted(path for path in files if path.suffix not in IGNORED)


def _stamp(path: Path) -> str:
    seen = path.stat()
    return f"{path.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}\n"


def _hash(folder: Path, files: list[Path]) -> str:
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                whole.update(chunk)
    return whole.hexdigest()
