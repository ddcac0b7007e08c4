"""Waiting for what is going to be true, never for time to pass."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], *, within: float = 30.0, every: float = 0.02) -> T:
    """The first truthy answer of `condition`, or an AssertionError after `within` seconds."""
    last = time.monotonic() + within
    while not (answer := condition()):
        assert time.monotonic() < last, f"still not true after {within} s: {condition}"
        time.sleep(every)
    return answer


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
