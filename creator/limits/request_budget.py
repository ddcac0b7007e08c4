"""What one request may cost: a share of CPU, and only while its client waits.

Work that takes long asks `check` in its loops. A thread is not stopped from outside, and Django cancels only
asynchronous views: this is how the rest of a request ends early.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from creator.errors import ClientLeft, TooMuchWork


def _waits() -> bool:
    return False


@dataclass(slots=True)
class _Budget:
    ends: float  # seconds of this thread's CPU, by `time.thread_time`
    seconds: float
    has_left: Callable[[], bool]


_budget: ContextVar[_Budget | None] = ContextVar("request_budget", default=None)


@contextmanager
def limited_to(seconds: float, has_left: Callable[[], bool] = _waits) -> Iterator[None]:
    """What is done in here, in this thread, may take `seconds` of CPU, until `has_left` says that its client
    has gone."""
    before = _budget.set(_Budget(time.thread_time() + seconds, seconds, has_left))
    try:
        yield
    finally:
        _budget.reset(before)


@contextmanager
def uncounted() -> Iterator[None]:
    """What is done in here is done once for all requests of this process: it takes nothing from the share."""
    begun = time.thread_time()
    try:
        yield
    finally:
        if budget := _budget.get():
            budget.ends += time.thread_time() - begun


def check() -> None:
    """Raises TooMuchWork, ClientLeft. Outside a request (a worker, a command) there is nothing to keep to."""
    budget = _budget.get()
    if budget is None:
        return
    if budget.has_left():
        raise ClientLeft()
    if time.thread_time() > budget.ends:
        raise TooMuchWork(most=budget.seconds)
