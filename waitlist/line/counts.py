"""Places in a line of a million, exact, from few rows; the only code that changes who is in the line.

The ranks form a tree of fixed widths: a node covers 2^bits microseconds, `LineCount` has how many wait in it.
A place is the sum of the nodes before one's own on each level, plus those before one in one's own smallest
node: at most 255 rows a level. All is read by one statement, so of one moment; all is written in the
transaction of the change, the smallest nodes first, so that no two deadlock and the busiest row is held
shortest.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum

from waitlist.models import LineCount, WaitlistEntry

LEVELS = (22, 30, 38)  # bits: 4 seconds, 18 minutes, 3 days
WAITING = WaitlistEntry.State.WAITING


def place(entry: WaitlistEntry) -> int | None:
    """1 is next; None for who does not wait."""
    return places([entry]).get(entry.pk)


def places(entries: Iterable[WaitlistEntry]) -> dict[int, int]:
    """Of those of `entries` that wait, by primary key."""
    found = {}
    with connection.cursor() as cursor:
        for entry in entries:
            if entry.state == WAITING:
                cursor.execute(PLACE, _arguments(entry.rank) | {"id": entry.pk})
                found[entry.pk] = int(cursor.fetchone()[0])
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
    moved = WaitlistEntry.objects.filter(pk=entry.pk, state=WAITING, rank=entry.rank)
    if not moved.update(rank=rank, **changes):
        return False
    _apply(Counter(dict.fromkeys(_keys(entry.rank), -1)), Counter(_keys(rank)))
    entry.rank = rank
    for name, value in changes.items():
        setattr(entry, name, value)
    return True


def add(ranks: Iterable[int]) -> None:
    """Count `ranks` in, inside the caller's transaction, which made their entries wait."""
    _apply(Counter(key for rank in ranks for key in _keys(rank)))


def remove(ranks: Iterable[int]) -> None:
    """Count `ranks` out, inside the caller's transaction, in which their entries ceased to wait."""
    counted = Counter(key for rank in ranks for key in _keys(rank))
    _apply(Counter({key: -count for key, count in counted.items()}))


def rebuild() -> None:
    """Count anew what waits, in one transaction that keeps others from changing it."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE waitlist_linecount IN EXCLUSIVE MODE")
        LineCount.objects.all().delete()
        ranks = WaitlistEntry.objects.filter(state=WAITING).values_list("rank", flat=True)
        counted = Counter(key for rank in ranks.iterator(chunk_size=10_000) for key in _keys(rank))
        rows = (LineCount(level=level, prefix=prefix, waiting=n) for (level, prefix), n in counted.items())
        LineCount.objects.bulk_create(rows, batch_size=5_000)


def _keys(rank: int) -> list[tuple[int, int]]:
    return [(level, rank >> bits) for level, bits in enumerate(LEVELS)]


def _arguments(rank: int) -> dict[str, int]:
    """The nodes before that of `rank`, on each level from the first in the same node of the next."""
    found = {"rank": rank, "start": rank >> LEVELS[0] << LEVELS[0]}
    for level, bits in enumerate(LEVELS):
        wider = LEVELS[level + 1] if level + 1 < len(LEVELS) else None
        found[f"from{level}"] = 0 if wider is None else rank >> wider << (wider - bits)
        found[f"to{level}"] = rank >> bits
    return found


def _apply(*changes: "Counter[tuple[int, int]]") -> None:
    total: Counter[tuple[int, int]] = Counter()
    for change in changes:
        for key, count in change.items():
            total[key] += count
    for level, prefix in sorted(key for key, count in total.items() if count):
        count = total[level, prefix]
        rows = LineCount.objects.filter(level=level, prefix=prefix)
        if not rows.update(waiting=F("waiting") + count):
            _, made = LineCount.objects.get_or_create(level=level, prefix=prefix, defaults={"waiting": count})
            if not made:
                rows.update(waiting=F("waiting") + count)


PLACE = "SELECT 1 + (SELECT count(*) FROM waitlist_waitlistentry WHERE state = 'waiting'" + (
    " AND rank >= %(start)s AND (rank, id) < (%(rank)s, %(id)s))"
    + "".join(
        f" + coalesce((SELECT sum(waiting) FROM waitlist_linecount WHERE level = {level}"
        f" AND prefix >= %(from{level})s AND prefix < %(to{level})s), 0)"
        for level in range(len(LEVELS))
    )
)
