"""Claiming: the one move that is written by hand in SQL, as every job of every worker passes through it.

It is `Job.objects.move(best, RUNNING)` with the choice of the best job inside the same UPDATE: one
statement finds it by index `job_claim`, moves it and returns it; the event is written beside it. Workers on
PostgreSQL skip what another is taking at this moment; on SQLite the write lock lets one in at a time.
"""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Field
from django.utils import timezone

from creator.limits import most
from jobs.ledger import notify
from jobs.ledger.leases import lease_owner
from jobs.models import Job

LOOK_AHEAD = 16  # candidates among which a resident model may be preferred

resident: set[str] = set()  # names of the models this process holds in memory; kept by who loads them

LEASE_END = {  # by the database's clock, as in jobs.ledger.leases
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s || ' seconds')",
    "postgresql": "statement_timestamp() + %s * interval '1 second'",
}
SKIP = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}
CLAIM = """
UPDATE jobs_job SET state = 'running', attempts = attempts + 1, served = turn, seq = seq + 1,
    progress = '{{}}', not_before = NULL, token = %s, lease_owner = %s, started_at = %s, moved_at = %s,
    lease_until = {lease_end}
WHERE state = 'queued' AND id = (
    SELECT id FROM jobs_job AS best WHERE pool = %s AND state = 'queued' {which} AND {allowed}
    AND (not_before IS NULL OR not_before <= %s)
    AND (SELECT is_active FROM creator_user WHERE id = best.owner_id)
    ORDER BY turn, priority DESC, id LIMIT 1 {skip})
RETURNING *
"""
# Of somebody who has as many of the pool's workers as one may have while others wait; where nobody else
# waits, one who has may take another for a short job: the next comer waits for no long one.
FEW_RUNNING = """(SELECT COUNT(*) FROM jobs_job WHERE owner_id = best.owner_id AND pool = %s
    AND state = 'running') < %s"""
SHORT = "estimate <= %s"
SHORT_SECONDS = 1.0  # as estimated: it is how long the next comer may have to wait, at several times the time
RECORD_EVENT = """
INSERT INTO jobs_jobevent (job_id, owner_id, seq, kind, data, at)
{values}
"""
# PostgreSQL moves and records in one statement, and need not wait for its disk: a claim that a crash of the
# database forgets is a job still queued, and its worker finds that it holds no lease.
CLAIM_AND_RECORD = """
WITH claimed AS ({claim}), recorded AS ({record})
SELECT claimed.*, set_config('synchronous_commit', 'off', true) AS commit_mode FROM claimed
"""
CLAIMED_ROW = "SELECT id, owner_id, seq, 'running', '{}', moved_at FROM claimed"


def claim(pool: str) -> Job | None:
    """Take the best queued job of `pool` under a fresh lease, or None if there is none to take."""
    if not resident:
        return _claim_best(pool)
    for key in _preferred(pool):
        if job := _claim_best(pool, key):
            return job
    return _claim_best(pool)


def _preferred(pool: str) -> list[UUID]:
    """The first in line, those whose model is in memory before the others.

    Nobody is passed over for long: only one turn may be jumped, and turns move on as they are served.
    """
    columns = ("pk", "turn", "model")
    line = list(Job.objects.best_first(pool).values_list(*columns)[:LOOK_AHEAD])
    near = [row for row in line if row[1] <= line[0][1] + 1]
    return [row[0] for row in sorted(near, key=lambda row: row[2] not in resident)]


def _claim_best(pool: str, key: UUID | None = None) -> Job | None:
    """Move the best job of `pool` (job `key`, if given) to RUNNING; None if there is none to be had."""
    run = _in_one_statement if connection.vendor == "postgresql" else _in_two_statements
    allowed: list[tuple[str, list[Any]]] = [(FEW_RUNNING, [pool, most(f"running_{pool}_jobs")])]
    if key is None:  # a job that is only preferred goes before nobody who has fewer
        allowed.append((SHORT, [SHORT_SECONDS]))
    for condition, values in allowed:
        for job in run(*_statement(pool, key, condition, values)):
            transaction.on_commit(partial(notify.wake_readers, job.pk, job.owner_id))
            return job
    return None


def _in_one_statement(claim: str, params: list[Any]) -> list[Job]:
    record = RECORD_EVENT.format(values=CLAIMED_ROW)
    return list(Job.objects.raw(CLAIM_AND_RECORD.format(claim=claim, record=record), params))


def _in_two_statements(claim: str, params: list[Any]) -> list[Job]:
    with transaction.atomic():
        found = list(Job.objects.raw(claim, params))
        for job in found:
            event = [_adapted("id", job.pk), job.owner_id, job.seq, _adapted("moved_at", job.moved_at)]
            with connection.cursor() as cursor:
                cursor.execute(RECORD_EVENT.format(values="VALUES (%s, %s, %s, 'running', '{}', %s)"), event)
        return found


def _statement(pool: str, key: UUID | None, allowed: str, values: list[Any]) -> tuple[str, list[Any]]:
    vendor = connection.vendor
    which, keys = ("AND id = %s", [_adapted("id", key)]) if key else ("", [])
    sql = CLAIM.format(lease_end=LEASE_END[vendor], which=which, allowed=allowed, skip=SKIP[vendor])
    now = _adapted("started_at", timezone.now())
    lease = [_adapted("token", uuid4()), lease_owner(), now, now, settings.JOBS_LEASE_SECONDS]
    return sql, [*lease, pool, *keys, *values, now]


def _adapted(field: str, value: Any) -> Any:
    """`value` as this database takes it for that column."""
    column = Job._meta.get_field(field)
    assert isinstance(column, Field)
    return column.get_db_prep_value(value, connection)
