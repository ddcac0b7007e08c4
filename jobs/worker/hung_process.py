"""Ending a worker process from within, when one of its threads is in a native call that never returns."""

import faulthandler
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HAND_BACK = 10.0  # seconds that the process's other jobs have to be handed back
EXIT_STATUS = 70  # EX_SOFTWARE of sysexits.h
STDERR = 2  # its descriptor: Celery puts an object without one in the place of sys.stderr

_lock = threading.Lock()
_watched = 0  # how many jobs this process works on
_ending = 0  # how many of them hang


@contextmanager
def watched(seconds: float) -> Iterator[Callable[[], None]]:
    """While the block lasts, end the process if `still_alive`, which it yields, is not called for `seconds`.

    A thread of C does that, by `faulthandler`: a native call that keeps the interpreter's lock stops every
    thread of Python, the heartbeats included.
    """

    def still_alive() -> None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=STDERR)

    global _watched
    with _lock:
        _watched += 1
        still_alive()
    try:
        yield still_alive
    finally:
        with _lock:
            _watched -= 1
            if not _watched:
                faulthandler.cancel_dump_traceback_later()


def end(*, after: Callable[[], None]) -> None:
    """End the process once `after` had its other jobs handed back, or HAND_BACK seconds later."""
    global _ending
    with _lock:
        _ending += 1
    faulthandler.dump_traceback(STDERR)
    after()
    last = time.monotonic() + HAND_BACK
    while _watched > _ending and time.monotonic() < last:
        time.sleep(0.05)
    os._exit(EXIT_STATUS)
