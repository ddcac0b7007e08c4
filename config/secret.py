"""The secret key of an embedded installation: made at first run, kept beside its data."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, made there if it is missing; of two processes at once, the first makes it."""
    try:
        return path.read_text()
    except FileNotFoundError:
        _make(path)
        return path.read_text()


def _make(path: Path) -> None:
    mine = path.with_suffix(f".{os.getpid()}")
    mine.touch(mode=0o600)
    mine.write_text(secrets.token_urlsafe(48))
    try:
        os.link(mine, path)  # fails if another process was first: then all use its secret
    except FileExistsError:
        pass
    finally:
        mine.unlink()
