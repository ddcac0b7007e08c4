"""A watch over write locks: what a request may not do while a transaction of its own is open.

On SQLite an open transaction is the one write lock of the installation; on PostgreSQL it holds rows. So no
request starts a process, connects anywhere, sleeps or parses inside one, and none computes in it for long.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import Atomic
from pydantic import TypeAdapter

from library import storage

# of Python's audit events: what waits for something outside this process
WAITING = {"subprocess.Popen", "os.posix_spawn", "os.fork", "socket.connect", "socket.getaddrinfo"}


class _Watch(threading.local):
    """What is watched in a thread: nothing while `depth` is None."""

    depth: int | None = None
    found: list[str]
    holds: list[float]


_watch = _Watch()


def _depth() -> int:
    return len(connection.savepoint_ids) + connection.in_atomic_block


def holds_lock() -> bool:
    """Whether the request that is watched in this thread has a transaction open."""
    return _watch.depth is not None and _depth() > _watch.depth


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if event in WAITING and holds_lock():
        _watch.found.append(f"{event} {args[:1]}")


sys.addaudithook(_audit)


@contextmanager
def watched() -> Iterator[tuple[list[str], list[float]]]:
    """Watch what is done in here: the slow things done under a lock, and how long each lock was held, in
    seconds of this thread's CPU (a loaded machine changes nothing)."""
    outer = _watch.depth
    if outer is None:
        _watch.found, _watch.holds, _watch.depth = [], [], _depth()
    try:
        yield _watch.found, _watch.holds
    finally:
        _watch.depth = outer


def watch_slow_work(patch: pytest.MonkeyPatch) -> None:
    """From now on what parses, pauses or looks into storage under a lock is found, and locks are timed."""
    interpret = sys.modules["generation.runner.prompt_parser.interpret"]
    patch.setattr(interpret, "extract", _noted("a prompt is parsed", interpret.extract))  # type: ignore[attr-defined]
    reading = _noted("a document is parsed", TypeAdapter.validate_python)
    patch.setattr(TypeAdapter, "validate_python", reading)
    patch.setattr(time, "sleep", _noted("a pause", time.sleep))
    for name in ("exists", "put", "fetch", "remove"):
        patch.setattr(storage, name, _noted(f"storage: {name}", getattr(storage, name)))
    patch.setattr(Atomic, "__enter__", _timed(Atomic.__enter__))
    patch.setattr(Atomic, "__exit__", _timed(Atomic.__exit__))


def _noted(what: str, work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def noted(*args: Any, **kwargs: Any) -> Any:
        if holds_lock():
            _watch.found.append(what)
        return work(*args, **kwargs)

    return noted


def _timed(step: Callable[..., Any]) -> Callable[..., Any]:
    """The clock runs from the entry of a request's outermost transaction to its end."""

    @wraps(step)
    def timed(*args: Any) -> Any:
        before = holds_lock()
        try:
            return step(*args)
        finally:
            if _watch.depth is not None and holds_lock() != before:
                if before:
                    _watch.holds[-1] += time.thread_time()
                else:
                    _watch.holds.append(-time.thread_time())

    return timed
