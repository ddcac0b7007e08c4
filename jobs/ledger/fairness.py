"""Start-time fair queueing: nobody's hundred jobs stand before somebody else's first.

A job is given its turn when it becomes queued: one past its owner's last turn, but never behind the
turn now being served, so an owner who was away has saved nothing up and owes nothing. Turns count per pool.
(Goyal, Vin, Cheng: "Start-time fair queueing", SIGCOMM 1996, with every job of weight and length 1.)

A priority gives nobody more turns: a job of a higher one goes before its owner's other jobs, which move back
by one turn each, and before those of others within the same turn. So it passes another person at most once a
turn.
"""

from django.db.models import Max

from jobs.ledger.states import State
from jobs.models import Job


def next_turn(job: Job) -> int:
    """The turn `job` gets if it is queued now. Its owner's less urgent jobs make way for it."""
    pool = Job.objects.filter(pool=job.pool)
    mine = pool.filter(owner_id=job.owner_id).aggregate(last=Max("turn"))["last"]
    served = pool.aggregate(now=Max("served"))["now"]
    last = max(0 if mine is None else mine + 1, served or 0)
    return _make_way(job, last) if job.priority > 0 else last


def _make_way(job: Job, last: int) -> int:
    """The first turn of its owner's queued jobs that are less urgent, each of which takes the next one's."""
    queued = Job.objects.filter(pool=job.pool, owner_id=job.owner_id, state=State.QUEUED)
    less_urgent = queued.filter(priority__lt=job.priority).exclude(pk=job.pk).order_by("turn", "id")
    behind = list(less_urgent.select_for_update(no_key=True).only("pk", "turn"))
    turns = [each.turn or 0 for each in behind]
    if not behind:
        return last
    for each, turn in zip(behind, [*turns[1:], last], strict=True):
        each.turn = turn
    Job.objects.bulk_update(behind, ["turn"])
    return turns[0]
