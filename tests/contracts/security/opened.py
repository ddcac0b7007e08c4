"""Which files a piece of code opens, lists or removes, whoever does it for it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

TOUCHES = {
    "open",
    "os.listdir",
    "os.scandir",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "shutil.rmtree",
}
_seen: list[list[str]] = []


def _hear(event: str, args: tuple[object, ...]) -> None:
    if _seen and event in TOUCHES:
        _seen[-1].extend(str(arg) for arg in args if isinstance(arg, (str, bytes)))


sys.addaudithook(_hear)  # it cannot be taken away again: it hears only while somebody asks


@contextmanager
def paths_touched() -> Iterator[list[str]]:
    """Collects the paths that are touched inside, by Python itself and by everything that it calls."""
    _seen.append([])
    try:
        yield _seen[-1]
    finally:
        _seen.pop()
