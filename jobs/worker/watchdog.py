"""The watchdog: reclaims lost jobs, resolves what was left waiting, and wakes workers again."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jobs.cost import LEAST_TIMEOUT, timeout
from jobs.errors import StaleJob
from jobs.ledger import notify, transitions
from jobs.ledger.leases import expired, owner_is_dead
from jobs.ledger.states import State
from jobs.models import Job
from jobs.worker import perform

GRACE = 30.0  # seconds that a handler has to notice its time-out itself
log = logging.getLogger(__name__)


def run_once() -> None:
    """One round. Run it as often as you like, in as many processes as you like."""
    reap()
    stop_overdue()
    resolve_waiting()
    wake_workers()


def reap() -> int:
    """Reclaim every job whose lease expired or whose worker is known dead; how many there were."""
    count = 0
    for job in _lost():
        try:
            perform.reclaim(job)
            count += 1
        except StaleJob:
            continue  # its lease was renewed, or another watchdog was first
        except Exception:
            log.exception("job %s could not be reclaimed", job.pk)
    return count


def stop_overdue() -> int:
    """Fail every job that ran past its time-out and whose handler did not notice; how many there were.

    Its worker can change nothing any more; it is free again once the handler returns.
    """
    count, now = 0, timezone.now()
    for job in Job.objects.filter(state=State.RUNNING, started_at__lt=now - timedelta(seconds=LEAST_TIMEOUT)):
        began = job.started_at or now
        if (now - began).total_seconds() > timeout(job.estimate) + GRACE:
            with suppress(StaleJob):
                transitions.fail(job, perform.overdue(job), held=job.token)
                count += 1
    return count


def resolve_waiting(limit: int = 500) -> None:
    """Queue or fail jobs whose inputs ended in a process that died before it did so itself."""
    failed = Q(waits_for__state__in=[State.FAILED, State.CANCELLED])
    transitions.resolve_waiting(Job.objects.filter(failed, state=State.WAITING).distinct()[:limit])
    transitions.release(Job.objects.all(), limit)


def wake_workers() -> None:
    """Send a doorbell to every pool that has jobs queued."""
    for pool in Job.objects.filter(state=State.QUEUED).values_list("pool", flat=True).distinct():
        notify.wake_worker(pool)


def _lost() -> Iterator[Job]:
    running = Job.objects.filter(state=State.RUNNING)
    yield from running.filter(expired())
    yield from (job for job in running.exclude(expired()) if owner_is_dead(job.lease_owner))
