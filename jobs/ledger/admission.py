"""What a person may ask of the machines: checked and counted when a job is submitted or tried again, and
corrected to what it used once it has ended."""

from math import ceil

from django.utils import timezone

from api.raises import ApiError
from creator.errors import LimitReached, RateLimited
from creator.limits import correct, most, require_room, spend
from jobs.errors import JobTooLong
from jobs.ledger.states import FINAL, UNFINISHED
from jobs.models import Job
from jobs.worker import handlers

ERRORS: tuple[ApiError, ...] = (JobTooLong, RateLimited, LimitReached)  # of whatever submits a job


def admit(job: Job) -> None:
    """Estimate `job` and take that off its owner's allowance, inside the transaction that queues it.

    Raises JobTooLong, RateLimited (the day's allowance is used up) or LimitReached (too many wait or run).
    """
    _correct(job)  # of one that is tried again
    _settle_ended(job)
    cost = handlers.of(job.kind).estimate(job.params)
    job.estimate, job.bytes, job.used = cost.seconds, cost.bytes, 0.0
    longest = most(f"{job.pool}_job_seconds")
    if cost.seconds > longest:
        share = max(1, int(100 * longest / cost.seconds))
        raise JobTooLong(pool=job.pool.upper(), seconds=round(cost.seconds), most=longest, share=share)
    name, amount = _allowance(job)
    spend(name, job.owner_id, amount)  # first: its row is locked, so two submissions do not count the same
    job.counted_at = timezone.now()
    held = Job.objects.filter(owner_id=job.owner_id, pool=job.pool, state__in=UNFINISHED).exclude(pk=job.pk)
    require_room(f"unfinished_{job.pool}_jobs", held.count())


def _settle_ended(job: Job) -> None:
    """Correct the allowance by what the jobs of `job`'s owner used that have ended since the last submission.

    Here, not where they end: a submission holds its owner's allowance until it commits, and the end of a job
    is not to wait for that. Rows that another submission settles at this moment are passed over.
    """
    ended = Job.objects.filter(
        owner_id=job.owner_id, pool=job.pool, state__in=FINAL, counted_at__isnull=False
    )
    for each in ended.exclude(pk=job.pk).select_for_update(skip_locked=True, no_key=True):
        _correct(each)
        Job.objects.filter(pk=each.pk).update(counted_at=None)


def _correct(job: Job) -> None:
    """Give back what a job that has ended did not use of its estimate, or count what it used beyond it."""
    if job.counted_at:
        name, amount = _allowance(job)
        used = ceil(job.used) if job.pool == "cpu" else int(job.used > 0)
        correct(name, job.owner_id, used - amount, since=job.counted_at)


def _allowance(job: Job) -> tuple[str, int]:
    """The rate in which it counts, and how much."""
    return ("gpu_jobs", 1) if job.pool == "gpu" else ("cpu_seconds", ceil(job.estimate))
