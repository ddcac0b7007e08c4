"""The order of all events, such that a reader who tails them misses none.

Ids are given out before transactions commit, so on PostgreSQL a reader at id 6 may never see id 5 that
commits later. Events therefore carry their transaction too, and readers stop short of the oldest
transaction still open. SQLite has one writer at a time: there ids are in commit order already.
"""

from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, Func, Q


class CurrentTransaction(Func):
    """The number of the transaction that inserts the row; 0 where transactions have none."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, template="0", **extra)


class OldestOpen(Func):
    """The oldest transaction that may still write; what earlier ones wrote can be read by now."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()


def stable() -> Q:
    """Events before which no other can still appear."""
    return Q(tx__lt=OldestOpen()) if connection.vendor == "postgresql" else Q()


def after(position: tuple[int, int]) -> Q:
    """Events past (transaction, id); the outer bound lets the index seek."""
    tx, last = position
    return Q(tx__gte=tx) & (Q(tx__gt=tx) | Q(id__gt=last))


ORDER = (F("tx").asc(), F("id").asc())
