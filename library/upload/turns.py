"""Whose file is looked at: one of each person at a time, and few altogether: each takes memory and a core."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from creator.limits import most
from library.errors import UploadsBusy

_changed = threading.Condition()
_looked_at: set[int] = set()  # keys of the people, in this process

PATIENCE, RETRY_AFTER = 15.0, 15  # seconds: how long a request waits for its turn, and when to come again


@contextmanager
def turn(person: int, *, patience: float | None = None) -> Iterator[None]:
    """Wait until a file of `person` may be looked at. Raises UploadsBusy after `patience` seconds."""
    last = time.monotonic() + (PATIENCE if patience is None else patience)
    with _changed:
        while person in _looked_at or len(_looked_at) >= most("inspections"):
            if not _changed.wait(max(0.0, last - time.monotonic())):
                raise UploadsBusy(seconds=RETRY_AFTER)
        _looked_at.add(person)
    try:
        yield
    finally:
        with _changed:
            _looked_at.discard(person)
            _changed.notify_all()
