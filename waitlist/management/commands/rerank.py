"""`manage.py rerank`: rank those who wait anew, by the segments and rules of today."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from rich.progress import track

from waitlist.line import counts, order
from waitlist.models import Rules, Segment, WaitlistEntry

CHUNK = 5000


class Command(BaseCommand):
    help = "Rank all who wait by the segments and rules of today. Running it again changes nothing more."

    def handle(self, *args: Any, **options: Any) -> None:
        segments, rules = list(Segment.objects.filter(active=True)), Rules.current()
        waiting = WaitlistEntry.objects.filter(state="waiting")
        keys = waiting.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
        moved = sum(
            _rerank(pk, segments, rules)
            for pk in track(keys, "ranking", total=waiting.count(), transient=True)
        )
        self.stdout.write(f"{moved} moved")


@transaction.atomic
def _rerank(pk: int, segments: list[Segment], rules: Rules) -> bool:
    """As the entry is now: a friend may have moved it up meanwhile."""
    entry = counts.waiting(pk=pk)
    if entry is None:
        return False
    before = (entry.segment_id, entry.head_start)
    entry.segment = order.segment_of(entry, segments)
    start = order.explained(entry, rules).total
    if before == (entry.segment_id, start):
        return False
    old, entry.head_start = entry.rank, start
    rank, entry.rank = order.rank(entry), old
    return counts.move(entry, rank, segment=entry.segment, head_start=start)
