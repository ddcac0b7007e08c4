"""What an installation keeps is its owner's alone: folders 0700, files 0600."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077  # the permissions of everybody but the owner
SHARED = stat.S_ISVTX | stat.S_IWOTH  # a folder such as /tmp: not ours to close


def keep_private(folder: Path) -> None:
    """Make `folder`, or close it to others with all that it holds; what this process and its children write
    from now on is private, wherever it lies."""
    os.umask(OTHERS)
    folder.mkdir(parents=True, exist_ok=True)
    if _is_open(folder):
        for path in (folder, *_inside(folder)):
            with suppress(FileNotFoundError, PermissionError):
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def _is_open(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & OTHERS) and not mode & SHARED and folder.stat().st_uid == os.getuid()


def _inside(folder: Path) -> Iterator[Path]:
    """Everything in it. Links are not followed: what they lead to is not ours."""
    for root, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if not (path := Path(root, name)).is_symlink())
