"""A key is reserved in a transaction of its own; then the request is done without one of ours around it.

The row that reserves is a lease. What the request does marks the row as `acted` in its own transaction, and
only while the lease is held: who lost it can change nothing any more.

| the process is killed | what is left | the next request with the key |
|---|---|---|
| before what it does is committed | a lease | waits for its end, then does the request |
| after that, before its answer is kept | a lease, `acted` | AnswerLost: it is not done again |
| after that | the answer | is answered alike |
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from config.idempotency.errors import AnswerLost, InProgress, KeyReused
from config.idempotency.models import KeptAnswer
from creator.limits import most
from creator.models import Allowance, Token

LEASE = timedelta(seconds=60)  # longer than requests take; one that takes longer can be taken over, no more
WAIT_SECONDS = 5.0  # how long a request waits for the first one with its key
POLL_SECONDS = 0.02
MOST_BYTES = 256 << 10  # of an answer; it is far more than drafts that people make
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
# What is counted stays counted, also where the request is done again: this is not what a request does.
NO_ACTS = (Allowance._meta.db_table, KeptAnswer._meta.db_table)

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


class Reservation:
    """The right to do the request of a key. `mark` is an execute wrapper for the connection that does it."""

    def __init__(self, kept: KeptAnswer, lease: UUID) -> None:
        self._mine = KeptAnswer.objects.filter(pk=kept.pk, lease=lease)
        self._row = KeptAnswer.objects.filter(pk=kept.pk)
        self._acted = False

    def mark(self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Note with the first write of a transaction that the request acted. InProgress if the lease is lost.

        A write outside any transaction is noted just before: the note may then stand without it."""
        if not self._acted and _is_act(sql) and not self._is_marked():
            if not self._mine.update(acted=True) and self._row.exists():
                raise InProgress(seconds=_seconds_left(self._row.get()))
            if connection.in_atomic_block:
                transaction.on_commit(self._committed)
        return execute(sql, params, many, context)

    def keep(self, response: HttpResponse) -> None:
        """Keep a success; after a refusal, or if nothing was done, the key is free again."""
        if response.status_code >= 500:
            self._mine.filter(acted=False).delete()
        elif response.status_code >= 400:
            self._mine.delete()
        else:
            secret = "no-store" in response.get("Cache-Control", "") or len(response.content) > MOST_BYTES
            self._mine.update(
                status=response.status_code,
                content_type=response.get("Content-Type", ""),
                body=b"" if secret else response.content,
                secret=secret,
            )

    def _is_marked(self) -> bool:
        """Whether the transaction that is open has the note: where it is rolled back, so is its callback."""
        return any(entry[1] == self._committed for entry in connection.run_on_commit)

    def _committed(self) -> None:
        self._acted = True


def reserve(token: Token, key: str, asked: str) -> Reservation | KeptAnswer:
    """The right to do a request, or the answer it had. Raises KeyReused, InProgress, AnswerLost.

    `asked` is a digest of the request. Waits WAIT_SECONDS for another that is doing it."""
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        kept = KeptAnswer.objects.filter(token=token, key=key).first()
        if kept and kept.request != asked:
            raise KeyReused()
        if kept and kept.status:
            return kept
        if reservation := _take_over(kept) if kept else _insert(token, key, asked):
            return reservation
        if kept and time.monotonic() >= patience:
            raise InProgress(seconds=_seconds_left(kept))
        time.sleep(POLL_SECONDS)


def _insert(token: Token, key: str, asked: str) -> Reservation | None:
    """A new row, if no other request has made one meanwhile; older ones than the person may have go."""
    row = KeptAnswer(
        owner_id=token.user_id, token=token, key=key, request=asked, lease_until=timezone.now() + LEASE
    )
    with transaction.atomic():
        KeptAnswer.objects.bulk_create([row], ignore_conflicts=True)
        kept = KeptAnswer.objects.filter(token=token, key=key).first()
        if kept is None or kept.lease != row.lease:
            return None
        _forget_oldest(token.user_id)
    return Reservation(kept, row.lease)


def _forget_oldest(owner_id: int) -> None:
    mine = KeptAnswer.objects.filter(owner_id=owner_id)
    too_old = mine.order_by("-pk").values_list("pk", flat=True)[most("kept_answers") :][:1]
    for newest in too_old:
        mine.filter(pk__lte=newest).settled().delete()


def _take_over(kept: KeptAnswer) -> Reservation | None:
    """The lease of a request that was lost. Raises AnswerLost if that had acted."""
    if kept.lease_until > timezone.now():
        return None
    if kept.acted:
        raise AnswerLost()
    lost = KeptAnswer.objects.filter(pk=kept.pk, lease=kept.lease, acted=False, status=0)
    lease = uuid4()
    taken = lost.update(lease=lease, lease_until=timezone.now() + LEASE)
    return Reservation(kept, lease) if taken else None


def _is_act(sql: str) -> bool:
    return sql.lstrip()[:6].upper().startswith(WRITES) and not any(table in sql for table in NO_ACTS)


def _seconds_left(kept: KeptAnswer) -> int:
    return max(1, round((kept.lease_until - timezone.now()).total_seconds()))
