"""Start-time fair queueing: nobody's hundred jobs stand before somebody else's first.

A job is given its turn when it becomes queued: one past its owner's last turn, but never behind the
turn now being served, so an owner who was away has saved nothing up and owes nothing. Turns count
per pool and priority: what is served early for its priority says nothing about the others.
(Goyal, Vin, Cheng: "Start-time fair queueing", SIGCOMM 1996, with every job of weight and length 1.)
"""

from django.db.models import Max

from jobs.models import Job


def next_turn(job: Job) -> int:
    """The turn `job` gets if it is queued now; two index look-ups."""
    lane = Job.objects.filter(pool=job.pool, priority=job.priority)
    mine = lane.filter(owner_id=job.owner_id).aggregate(last=Max("turn"))["last"]
    served = lane.aggregate(now=Max("served"))["now"]
    return max(0 if mine is None else mine + 1, served or 0)
