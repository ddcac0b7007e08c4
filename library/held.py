"""How much storage one person holds, and the most it may be."""

from math import ceil
from typing import Any

from django.db.models import Model, QuerySet, Sum

from creator.limits import most
from creator.models import User
from jobs.ledger.states import UNFINISHED
from jobs.models import Job
from library.errors import StorageFull
from library.models import Clip, Still, Track

MB = 10**6
# Models whose rows have an `owner` and `bytes` in storage; rooms above add theirs.
counted: list[type[Model]] = [Clip, Still, Track]


def held_bytes(owner: User) -> int:
    """Of everything that is stored for `owner`, and, as estimated, of what is being made."""
    unfinished = _sums(Job.objects.filter(owner=owner, state__in=UNFINISHED))
    stored = [_sums(model._default_manager.filter(owner=owner)) for model in counted]
    return sum(unfinished.union(*stored, all=True))  # one query: it is asked while a lock is held


def _sums(rows: QuerySet[Any]) -> QuerySet[Any, int]:
    """The bytes of `rows`, which are of one owner; nothing for no rows."""
    return rows.order_by().values("owner").annotate(held=Sum("bytes")).values_list("held", flat=True)


def require_storage(owner: User, adding: int = 0) -> None:
    """Raises StorageFull where `adding` bytes to what `owner` holds would pass the limit `storage_bytes`."""
    held, cap = held_bytes(owner) + adding, most("storage_bytes")
    if held > cap:
        raise StorageFull(limit="storage_bytes", held=ceil(held / MB), most=cap // MB)
