"""Whether a link still opens its file: it ends with whoever it was made for, and with their right to see it.

Asked for every request and so kept for a few seconds in this process: a player that asks for a segment every
second costs no query for each. A link that was cut off is served for `KEPT_SECONDS` at most.
"""

from collections.abc import Callable
from functools import lru_cache
from time import monotonic

from library.errors import FileNotFound, LinkEnded
from library.links import Holder, Link, person_behind

KEPT_SECONDS = 3.0
RUNNING_SECONDS = 1.5  # how often a download that runs asks: it may be told what was true KEPT_SECONDS ago
Right = Callable[[str, int], bool]  # (id of the thing, key of the person): whether they may see it now

# Links to these are given to their owners alone; deleting one removes its files.
OWNERS_ONLY = frozenset({"clips", "stills", "tracks"})
_rights: dict[str, Right] = {}


def serve(folder: str, right: Right) -> None:
    """Let files of `folder`/ID/… be opened by those to whom `right(ID, person)` gives them."""
    _rights[folder] = right


def require_open(link: Link) -> None:
    """Raises LinkEnded if who it was made for is gone, FileNotFound if it is no longer theirs to see."""
    period = int(monotonic() / KEPT_SECONDS)
    person = _person(link.holder, period)
    if person is None:
        raise LinkEnded()
    folder, thing, *_ = (*link.key.parts, "")
    if folder not in OWNERS_ONLY and not _may_see(folder, thing, person, period):
        raise FileNotFound()


def is_open(link: Link) -> bool:
    """Whether `require_open` lets it pass."""
    try:
        require_open(link)
    except (LinkEnded, FileNotFound):
        return False
    return True


def forget() -> None:
    """Ask anew at the next request."""
    _person.cache_clear()
    _may_see.cache_clear()


@lru_cache(maxsize=8192)
def _person(holder: Holder, period: int) -> int | None:
    return person_behind(holder)


@lru_cache(maxsize=8192)
def _may_see(folder: str, thing: str, person: int, period: int) -> bool:
    return folder in _rights and _rights[folder](thing, person)
