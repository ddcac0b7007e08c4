"""`manage.py rerank`: rank those who wait anew, by the segments and rules of today."""

from typing import Any

from django.core.management.base import BaseCommand
from rich.progress import track

from waitlist.line import counts, order
from waitlist.models import Rules, Segment, WaitlistEntry

CHUNK = 500


class Command(BaseCommand):
    help = "Rank all who wait by the segments and rules of today. Running it again changes nothing more."

    def handle(self, *args: Any, **options: Any) -> None:
        segments, rules = list(Segment.objects.filter(active=True)), Rules.current()
        waiting = WaitlistEntry.objects.filter(state="waiting")
        entries = waiting.order_by("pk").iterator(chunk_size=CHUNK)
        moved = sum(
            _rerank(entry, segments, rules)
            for entry in track(entries, "ranking", total=waiting.count(), transient=True)
        )
        self.stdout.write(f"{moved} moved")


def _rerank(entry: WaitlistEntry, segments: list[Segment], rules: Rules) -> bool:
    before = (entry.segment_id, entry.head_start)
    entry.segment = order.segment_of(entry, segments)
    start = order.explained(entry, rules).total
    if before == (entry.segment_id, start):
        return False
    old, entry.head_start = entry.rank, start
    rank, entry.rank = order.rank(entry), old
    return counts.move(entry, rank, segment=entry.segment, head_start=start)
