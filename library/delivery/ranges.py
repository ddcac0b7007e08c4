"""The Range header (RFC 9110, 14): one span of bytes; several at once are answered with the whole file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


class Unsatisfiable(Exception):
    """The span asked for lies outside the file."""


@dataclass(frozen=True)
class Span:
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def asked_span(headers: Mapping[str, str], size: int, *, validators: tuple[str, ...]) -> Span | None:
    """The span to send of a file of `size` bytes; None for all of it. Raises Unsatisfiable.

    `validators` are the file's ETag and date: an If-Range with another one means the file has changed
    since the client got its first part, and it gets the whole."""
    asked = ONE_RANGE.fullmatch(headers.get("Range", "").replace(" ", ""))
    if (
        asked is None
        or asked.group() == "bytes=-"
        or headers.get("If-Range", validators[0]) not in validators
    ):
        return None
    first, last = asked.groups()
    if not first:
        span = Span(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None  # not a range at all, says the RFC: ignore it
    else:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
    if span.start >= size or not len(span):
        raise Unsatisfiable
    return span
