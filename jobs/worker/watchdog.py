"""The watchdog: takes back lost leases, settles what was left waiting, and rings again."""

import logging
from collections.abc import Iterator

from django.db.models import Q

from jobs.errors import StaleJob
from jobs.ledger import notify, transitions
from jobs.ledger.leases import has_died, lapsed
from jobs.ledger.states import State
from jobs.models import Job
from jobs.worker import perform

log = logging.getLogger(__name__)


def look() -> None:
    """One round. Run it as often as you like, in as many processes as you like."""
    reap()
    settle_waiting()
    ring_again()


def reap() -> int:
    """Take back every job whose lease lapsed or whose worker is known dead; how many there were."""
    count = 0
    for job in _lost():
        try:
            perform.take_back(job)
            count += 1
        except StaleJob:
            continue  # it beat after all, or another watchdog was first
        except Exception:
            log.exception("job %s could not be taken back", job.pk)
    return count


def settle_waiting(limit: int = 500) -> None:
    """Release or fail jobs whose inputs ended while nobody was left to say so (a process died)."""
    fallen = Q(waits_for__state__in=[State.FAILED, State.CANCELLED])
    transitions.look_again(Job.objects.filter(fallen, state=State.WAITING).distinct()[:limit])
    transitions.release(Job.objects.all(), limit)


def ring_again() -> None:
    """Ring for every pool that has jobs queued."""
    for pool in Job.objects.filter(state=State.QUEUED).values_list("pool", flat=True).distinct():
        notify.ring(pool)


def _lost() -> Iterator[Job]:
    running = Job.objects.filter(state=State.RUNNING)
    yield from running.filter(lapsed())
    yield from (job for job in running.exclude(lapsed()) if has_died(job.lease_owner))
