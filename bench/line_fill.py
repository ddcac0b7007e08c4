"""A long line in seconds: rows copied inside the database from one that Django wrote."""

from typing import Any

STEP = 2_600_000  # microseconds between two applications: a million in thirty days
HEAD_STARTS, DAY = 11, 86_400_000_000  # from none to ten days, as friends bring them
FIRST = 1_790_000_000_000_000

NUMBERS = "WITH RECURSIVE number(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM number WHERE n < {last})"


def fill(length: int) -> None:
    """Let people apply until so many wait."""
    from django.db import connection, transaction

    from creator.models import User
    from waitlist.line import counts
    from waitlist.models import WaitlistEntry

    last = User.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        last = User.objects.create(handle="first", email="first@example.org").pk
        WaitlistEntry.objects.create(user_id=last, rank=FIRST)
    more = length - WaitlistEntry.objects.filter(state="waiting").count()
    numbers = NUMBERS.format(first=last + 1, last=last + more)
    address = "'p' || n || '@example.org'"
    person = {"id": "n", "handle": "'p' || n", "email": address, "mailbox": address, "admitted_at": "NULL"}
    rank = f"{FIRST} + CAST(n AS bigint) * {STEP} - (CAST(n AS bigint) * 7919 % {HEAD_STARTS}) * {DAY}"
    entry = {"id": "n", "user_id": "n", "rank": rank, "state": "'waiting'", "admitted_at": "NULL"}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_copies(User, numbers, person))
        cursor.execute(_copies(WaitlistEntry, numbers, entry))
        counts.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _copies(model: Any, numbers: str, own: dict[str, str]) -> str:
    """A copy of the first row for every number, but for the columns of its `own`."""
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    values = ", ".join(own.get(column, f'one."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    first = f"SELECT * FROM {table} ORDER BY id LIMIT 1"
    return f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM number CROSS JOIN ({first}) one"
