"""How long a client may take: for its headers, over its body, and to read its answer."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Patience:
    """Seconds, and bytes of a request's line and headers; the catalogue of limits says what for."""

    head_bytes: int
    head_wait: int
    body_wait: int
    read_wait: int
    idle_wait: int


@cache
def patience() -> Patience:
    """That of this installation."""
    from creator.limits import most  # models: not before Django is set up

    return Patience(**{name: most(name) for name in Patience.__dataclass_fields__})
