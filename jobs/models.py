"""The ledger. The row is the truth: a move is one conditional UPDATE, with its event in one transaction."""

from functools import partial
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from uuid6 import uuid7

from creator.models import OwnedQuerySet
from jobs.errors import StaleJob
from jobs.ledger import notify
from jobs.ledger.event_order import CurrentTransaction
from jobs.ledger.states import FINAL, State, origins

CHOICES = [(state.value, state.value) for state in State]
SUBJECTS = ("clip", "generation", "post", "track")  # what a job may be about
NO_LEASE: dict[str, Any] = {"token": None, "lease_owner": "", "lease_until": None}


class JobQuerySet(OwnedQuerySet["Job"]):
    def best_first(self, pool: str) -> Self:
        """The queued jobs of `pool` in the order they are to be claimed; index `job_claim` has it."""
        return self.filter(pool=pool, state=State.QUEUED).order_by("turn", "-priority", "id")

    def released(self) -> Self:
        """Waiting jobs none of whose inputs is left to wait for."""
        unfinished = Job.waits_for.through.objects.filter(from_job_id=models.OuterRef("pk")).exclude(
            to_job__state=State.DONE
        )
        return self.filter(state=State.WAITING).exclude(models.Exists(unfinished))

    def record(
        self,
        job: "Job",
        kind: str,
        data: dict[str, Any] | None = None,
        *,
        held: UUID | None = None,
        origin: frozenset[State] | None = None,
        **changes: Any,
    ) -> "Job":
        """Change `job`, write event `kind` of it and bring it up to date; StaleJob if it no longer fits.

        A worker passes the token of the lease it holds (`held`). The event's seq is the job's own
        counter, raised by the same UPDATE: seqs of one job are in commit order and have no holes.
        """
        rows = self.filter(pk=job.pk)
        rows = rows if origin is None else rows.filter(state__in=origin)
        rows = rows if held is None else rows.filter(token=held)
        with transaction.atomic(using=self.db):
            if not rows.update(seq=F("seq") + 1, **changes):
                raise StaleJob(f"Job {job.pk} is no longer as it was when {kind!r} was to be recorded.")
            job.refresh_from_db()
            job.record_event(kind, data)
        return job

    def move(
        self,
        job: "Job",
        to: State,
        *,
        held: UUID | None = None,
        origin: State | None = None,
        data: dict[str, Any] | None = None,
        **changes: Any,
    ) -> "Job":
        """Move `job` to `to`, or raise StaleJob if that is not legal or another process moved it first.

        `origin` narrows the legal origins to one.
        """
        legal = origins(to) & {origin} if origin else origins(to)
        changes |= {"state": to, "moved_at": timezone.now()}
        return self.record(job, to.value, data, held=held, origin=frozenset(legal), **changes)


class Job(models.Model):
    """One piece of work. `params` is what to do, `checkpoint` how far it came, `seq` its last event."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=64)
    pool = models.CharField(max_length=16)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=16, default=State.WAITING.value, choices=CHOICES)
    waits_for = models.ManyToManyField("self", symmetrical=False, related_name="awaited_by", blank=True)
    model = models.CharField(max_length=128, blank=True, default="")
    params = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    share = models.FloatField(default=0.0)  # of all of it that is done, 0 to 1; never goes back
    about = models.JSONField(default=dict)  # ids of what it makes and what that is shown as, by kind of thing
    error = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)

    # what it costs (see jobs.cost): seconds as estimated and as used so far, bytes it is expected to leave in
    # storage; `counted_at` is when the estimate was taken off its owner's allowance
    estimate = models.FloatField(default=0.0)
    used = models.FloatField(default=0.0)
    bytes = models.PositiveBigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)

    # the lease: who runs it, the fencing token of this one claim, and when it expires unless renewed
    lease_owner = models.CharField(max_length=128, blank=True, default="")
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    # after trouble outside (a full disk, say) it is tried again, not before this; how often that happened
    not_before = models.DateTimeField(null=True)
    deferrals = models.PositiveSmallIntegerField(default=0)

    # fair sharing (see jobs.ledger.fairness): the turn it was given, and that turn again once it was served
    turn = models.BigIntegerField(null=True)
    served = models.BigIntegerField(null=True)

    seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("pool", "state", "turn", F("priority").desc(), "id", name="job_claim"),
            models.Index(fields=["owner", "pool", "turn"], name="job_owner_turn"),
            models.Index(fields=["owner", "pool", "state", "counted_at"], name="job_owner_state"),
            models.Index(fields=["pool", "served"], name="job_served"),
            models.Index(fields=["state", "lease_until"], name="job_lease"),
            models.Index(fields=["owner", "-id"], name="jobs_of_owner"),
            models.Index("kind", "state", F("finished_at").desc(), name="job_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def is_finished(self) -> bool:
        return self.state in FINAL

    @property
    def workdir(self) -> Path:
        """Where attempts at the job keep their files (see `jobs.worker.work_folder`)."""
        return Path(settings.VAR_DIR) / "work" / str(self.pk)

    def record_event(self, kind: str, data: dict[str, Any] | None = None) -> None:
        """Write event `kind` as number `seq`; readers are woken once it is committed."""
        JobEvent.objects.create(job=self, owner_id=self.owner_id, seq=self.seq, kind=kind, data=data or {})
        transaction.on_commit(partial(notify.wake_readers, self.pk, self.owner_id))

    def place_in_queue(self) -> int | None:
        """1 for the job that is claimed next; None for one that is not queued."""
        if self.state != State.QUEUED:
            return None
        return Job.objects.filter(self.before(), pool=self.pool, state=State.QUEUED).count() + 1

    def before(self) -> Q:
        """Those that are to be claimed before it, among the queued ones of its pool."""
        first = Q(turn__lt=self.turn) | Q(turn=self.turn, priority__gt=self.priority)
        return first | Q(turn=self.turn, priority=self.priority, id__lt=self.pk)


class JobEvent(models.Model):
    """What happened to a job, in order: `seq` counts 1, 2, 3… within it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    tx = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="job_event_once")]
        indexes = [
            models.Index(fields=["owner", "tx", "id"], name="job_event_stream"),
            models.Index(fields=["tx", "id"], condition=Q(tx__gt=0), name="job_event_order"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.seq} {self.kind}"
