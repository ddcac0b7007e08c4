"""What was added to the event table since it was last looked at, by one small query."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from jobs.ledger import event_order
from jobs.models import JobEvent

Owners = set[tuple[UUID, int]]
NUMBERED = Q(tx__gt=0)  # what the index job_event_order has: on PostgreSQL all, on SQLite none


@dataclass(frozen=True)
class Seen:
    """How far the table was read: the newest id, and the last event that no other can still precede.

    On PostgreSQL the two differ: a reader of one job is told of an event as soon as it is committed, one of
    all jobs of an owner can read it only once it is stable (see `event_order`), and is told then.
    """

    newest: int
    stable: tuple[int, int] = (0, 0)


def first_seen() -> Seen:
    """Where the table ends now."""
    newest = JobEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if connection.vendor != "postgresql":
        return Seen(newest)
    stable = JobEvent.objects.filter(NUMBERED, event_order.stable()).order_by("-tx", "-id")
    return Seen(newest, stable.values_list("tx", "id").first() or (0, 0))


def seen_since(last: Seen) -> tuple[Seen, Owners]:
    """Where the table ends now, and the (job, owner) of the events that are new to one reader or another."""
    newest, stable, owners = last.newest, last.stable, set[tuple[UUID, int]]()
    for pk, tx, is_stable, job_id, owner_id in _rows_since(last):
        if pk > last.newest or is_stable:
            owners.add((job_id, owner_id))
        newest = max(newest, pk)
        stable = max(stable, (tx, pk)) if is_stable else stable
    return Seen(newest, stable), owners


def _rows_since(last: Seen) -> Iterable[tuple[int, int, bool, UUID, int]]:
    new, is_stable = Q(pk__gt=last.newest), Q()
    if connection.vendor == "postgresql":
        is_stable = event_order.stable()
        new |= NUMBERED & is_stable & event_order.after(last.stable)
    told = ExpressionWrapper(is_stable, BooleanField()) if is_stable else Value(True)
    return JobEvent.objects.filter(new).values_list("pk", "tx", told, "job_id", "owner_id")
