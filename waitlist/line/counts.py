"""Places in a line of a million, exact, from few rows; the only code that changes who is in the line.

The ranks form a tree of fixed widths: a node covers 2^bits microseconds, `LineCount` has how many wait in it,
and has no row where nobody does. A place is the sum of the nodes before one's own on each level, plus those
before one in one's own smallest node: at most 255 rows a level. All of it, one's own rank too, is read by one
statement, so is of one moment.

It is written in the transaction of the change. Everybody takes locks in one order, so that no two deadlock:
the person, their entry, then the counts, the smallest nodes first, as the widest are the busiest. So a
transaction changes counts once, last; for many entries, by one call with all their ranks.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from waitlist.models import LineCount, WaitlistEntry

log = logging.getLogger(__name__)

LEVELS = (22, 30, 38)  # bits: 4 seconds, 18 minutes, 3 days
AT_ONCE = 500  # parameters of a statement: SQLite takes no more than 999 everywhere
WAITING = WaitlistEntry.State.WAITING
Node = tuple[int, int]  # level, prefix


def place(entry: WaitlistEntry) -> int | None:
    """1 is next; None for who does not wait (any more)."""
    return places([entry]).get(entry.pk)


def places(entries: Iterable[WaitlistEntry]) -> dict[int, int]:
    """Of those of `entries` that wait, by primary key."""
    ids = [entry.pk for entry in entries if entry.pk and entry.state == WAITING]
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            asked = ids[start : start + AT_ONCE]
            cursor.execute(f"{PLACE} ({', '.join(['%s'] * len(asked))})", asked)
            found |= {pk: int(place) for pk, place in cursor.fetchall()}
    return found


def length() -> int:
    """How many wait."""
    top = LineCount.objects.filter(level=len(LEVELS) - 1)
    return top.aggregate(all=Sum("waiting"))["all"] or 0


@transaction.atomic
def enter(entries: list[WaitlistEntry]) -> None:
    """Write new `entries` and put them in the line."""
    WaitlistEntry.objects.bulk_create(entries)
    add(entry.rank for entry in entries)


@transaction.atomic
def move(entry: WaitlistEntry, rank: int, **changes: Any) -> bool:
    """Give `entry` another `rank`; False if it does not wait any more."""
    now = waiting(pk=entry.pk)
    if now is None:
        return False
    WaitlistEntry.objects.filter(pk=entry.pk).update(rank=rank, **changes)
    counted = _nodes([rank])
    counted.subtract(_nodes([now.rank]))  # where it is now: it may have moved since `entry` was read
    _count(counted)
    for name, value in {**changes, "rank": rank}.items():
        setattr(entry, name, value)
    return True


@transaction.atomic
def take_out(entry: WaitlistEntry, **changes: Any) -> bool:
    """End the waiting of `entry` by `changes` of its state; False if it does not wait any more."""
    now = waiting(pk=entry.pk)
    if now is None:
        return False
    WaitlistEntry.objects.filter(pk=entry.pk).update(**changes)
    remove([now.rank])
    return True


def waiting(**which: Any) -> WaitlistEntry | None:
    """The one that waits, as it is now, locked until the caller's transaction ends."""
    waits = WaitlistEntry.objects.filter(state=WAITING, **which)
    return waits.select_for_update(of=("self",), no_key=True).first()


def add(ranks: Iterable[int]) -> None:
    """Count `ranks` in, inside the caller's transaction, which made their entries wait."""
    _count(_nodes(ranks))


def remove(ranks: Iterable[int]) -> None:
    """Count `ranks` out, inside the caller's transaction, in which their entries ceased to wait."""
    counted: Counter[Node] = Counter()
    counted.subtract(_nodes(ranks))
    _count(counted)


@transaction.atomic
def rebuild() -> None:
    """Count anew what waits; others that would change the counts wait for it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE waitlist_linecount IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM waitlist_linecount")
        for level, bits in enumerate(LEVELS):
            cursor.execute(RECOUNT, {"level": level, "bits": bits})


def _nodes(ranks: Iterable[int]) -> Counter[Node]:
    return Counter((level, rank >> bits) for rank in ranks for level, bits in enumerate(LEVELS))


def _count(changes: Counter[Node]) -> None:
    """In the order of the nodes, whichever way each of them changes."""
    changed = sorted((node, by) for node, by in changes.items() if by)
    with connection.cursor() as cursor:
        for more, nodes in groupby(changed, key=lambda change: change[1] > 0):
            rows = [(level, prefix, by) if more else (-by, level, prefix) for (level, prefix), by in nodes]
            cursor.executemany(MORE if more else FEWER, rows)
            if cursor.rowcount != len(rows):  # nobody is kept waiting for that, but places are wrong
                log.error("the line was counted wrong: manage.py recount counts it anew")
        # Ours until we commit: whoever waits to count one in then finds no row, and makes it anew.
        if left := [node for node, by in changed if by < 0]:
            cursor.executemany(NOBODY, left)


MORE = (
    "INSERT INTO waitlist_linecount (level, prefix, waiting) VALUES (%s, %s, %s)"
    " ON CONFLICT (level, prefix) DO UPDATE SET waiting = waitlist_linecount.waiting + excluded.waiting"
)
FEWER = "UPDATE waitlist_linecount SET waiting = waiting - %s WHERE level = %s AND prefix = %s"
NOBODY = "DELETE FROM waitlist_linecount WHERE level = %s AND prefix = %s AND waiting = 0"
RECOUNT = (
    "INSERT INTO waitlist_linecount (level, prefix, waiting)"
    " SELECT %(level)s, rank >> %(bits)s, count(*) FROM waitlist_waitlistentry"
    " WHERE state = 'waiting' GROUP BY 2"
)


def _before(level: int) -> str:
    """How many wait in the nodes before one's own, from the first in one's own node of the next level."""
    bits = LEVELS[level]
    nodes = f"level = {level} AND prefix < (me.rank >> {bits})"
    if level + 1 < len(LEVELS):
        wider = LEVELS[level + 1]
        nodes += f" AND prefix >= ((me.rank >> {wider}) << {wider - bits})"
    return f"coalesce((SELECT sum(waiting) FROM waitlist_linecount WHERE {nodes}), 0)"


PLACE = (
    f"SELECT me.id, 1 + {' + '.join(map(_before, range(len(LEVELS))))}"
    " + (SELECT count(*) FROM waitlist_waitlistentry other WHERE other.state = 'waiting'"
    f" AND other.rank >= ((me.rank >> {LEVELS[0]}) << {LEVELS[0]})"
    " AND (other.rank, other.id) < (me.rank, me.id))"
    " FROM waitlist_waitlistentry me WHERE me.state = 'waiting' AND me.id IN"
)
