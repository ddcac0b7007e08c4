"""When tokens were last used: noted in memory, written for all of them at once, by a thread of its own.

A request that only reads must not wait for a write lock. A process that ends forgets what it noted in the
last WRITTEN_EVERY seconds; no more depends on it than what the list of keys shows.
"""

import logging
import os
import threading
from uuid import UUID

from django.db import connection
from django.utils import timezone

from creator.models import Token

WRITTEN_EVERY = 60.0  # seconds

log = logging.getLogger(__name__)
_lock = threading.Lock()
_used: set[UUID] = set()
_serving = False  # whether this process answers requests until it is stopped
_writer: int | None = None  # the process whose thread writes: a fork has no thread


def serve() -> None:
    """From now on what is noted in this process is written every WRITTEN_EVERY seconds."""
    global _serving
    _serving = True


def note(token: Token) -> None:
    """This token was used just now."""
    with _lock:
        _used.add(token.pk)
    if _serving and _writer != os.getpid():
        _start()


def flush() -> None:
    """Write what was noted since the last time, in one statement. What cannot be written stays noted."""
    with _lock:
        used = set(_used)
        _used.clear()
    if not used:
        return
    try:
        _write(used)
    except Exception:
        with _lock:
            _used.update(used)
        raise


def try_to_flush() -> None:
    """`flush`, by which nobody is stopped."""
    try:
        flush()
    except Exception as error:  # a database that is busy or away: the next time
        log.warning("the last use of tokens could not be written: %s", error)


def _write(used: set[UUID]) -> None:
    Token.objects.filter(pk__in=used).update(last_used_at=timezone.now())


def _start() -> None:
    global _writer
    with _lock:
        if _writer == os.getpid():
            return
        _writer = os.getpid()
    threading.Thread(target=_write_for_ever, name=__name__, daemon=True).start()


def _write_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(WRITTEN_EVERY):
        try_to_flush()
        connection.close()
