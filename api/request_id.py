"""What one request is called: in its answer, in the log lines about it, and in the logs of who sent it."""

import re
from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")  # nothing that ends a header or a log line

_current: ContextVar[str] = ContextVar("request_id", default="")


def begin(sent: str = "") -> str:
    """The name of the request that begins in this context: what its client has `sent`, where that is well
    formed, else one of ours."""
    name = sent if WELL_FORMED.fullmatch(sent) else uuid4().hex
    _current.set(name)
    return name


def current() -> str:
    """Of the request that this code works for; empty where it works for none."""
    return _current.get()
