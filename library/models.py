"""A creator's media: clips and tracks (promised by a job), stills, and what was made from what."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid6 import uuid7

from creator.models import OwnedQuerySet
from jobs.models import Job
from library.errors import NotReady
from library.states import Origin, State, origins


class PromiseQuerySet(OwnedQuerySet[Any]):
    def move(self, pk: UUID, to: State, **changes: Any) -> bool:
        """The one door state moves through: whether this hand moved it to `to`, with `changes`."""
        if to == State.READY:
            changes |= {"ready_at": timezone.now(), "error": None}
        return bool(self.filter(pk=pk, state__in=origins(to)).update(state=to, **changes))


class Owned(models.Model):
    """Something in one creator's library."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, default="", blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    @property
    def keys(self) -> list[str]:
        """Storage keys of every file this row names."""
        raise NotImplementedError


class Promised(Owned):
    """Something a job makes: pending at first, then ready, failed or, with its job, cancelled."""

    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    error = models.JSONField(null=True)  # as `DomainError.as_dict` records it
    ready_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta(Owned.Meta):
        abstract = True

    def require_ready(self) -> None:
        """Raises NotReady unless its files are there."""
        if self.state != State.READY:
            raise NotReady(state=self.state)


class ClipManager(models.Manager.from_queryset(PromiseQuerySet)):  # type: ignore[misc]
    """Reads no capsule until it is asked for: it has a whole document, up to 720 KB, and lists have many."""

    def get_queryset(self) -> PromiseQuerySet:
        found: PromiseQuerySet = super().get_queryset().defer("capsule")
        return found


class Clip(Promised):
    """A video, or the promise of one. Width, height (pixels, upright), fps and seconds are promised while it
    is pending and measured once it is ready."""

    origin = models.CharField(max_length=10, choices=Origin.choices)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    fps = models.PositiveSmallIntegerField()
    seconds = models.FloatField()
    frames = models.PositiveIntegerField(null=True)
    has_audio = models.BooleanField(default=False)
    generated = models.BooleanField(default=False)  # by AI, wholly or in part: publishing must say so
    master = models.CharField(max_length=200, default="", blank=True)  # storage keys
    cover = models.CharField(max_length=200, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)  # of the master
    capsule = models.JSONField(null=True)  # everything needed to make the same bytes again
    made_from = models.ManyToManyField(
        "self",
        through="Provenance",
        through_fields=("clip", "source"),
        symmetrical=False,
        related_name="made_into",
    )

    objects = ClipManager()  # type: ignore[misc]

    class Meta(Promised.Meta):
        indexes = [
            models.Index(fields=["owner", "-id"], name="clips_of_owner"),
            models.Index(fields=["owner", "bytes"], name="clips_held"),
        ]

    @property
    def keys(self) -> list[str]:
        return [key for key in (self.master, self.cover) if key]


class Provenance(models.Model):
    """An edge: `clip` was made from `source` by `relation`. `source_key` remembers a source that is gone."""

    clip = models.ForeignKey(Clip, models.CASCADE, related_name="edges")
    source = models.ForeignKey(Clip, models.SET_NULL, null=True, related_name="edges_out")
    source_key = models.UUIDField()
    relation = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clip", "source_key", "relation"], name="one_edge_per_relation")
        ]

    def __str__(self) -> str:
        return f"{self.clip_id} {self.relation} of {self.source_key}"


class Still(Owned):
    """A picture somebody uploaded, encoded anew: upright, sRGB, without metadata."""

    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content_type = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    objects = OwnedQuerySet.as_manager()

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["owner", "-id"], name="stills_of_owner"),
            models.Index(fields=["owner", "bytes"], name="stills_held"),
        ]

    @property
    def keys(self) -> list[str]:
        return [self.key]


class Track(Promised):
    """A sound somebody uploaded, encoded anew to AAC."""

    seconds = models.FloatField()
    key = models.CharField(max_length=200, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta(Promised.Meta):
        indexes = [
            models.Index(fields=["owner", "-id"], name="tracks_of_owner"),
            models.Index(fields=["owner", "bytes"], name="tracks_held"),
        ]

    @property
    def keys(self) -> list[str]:
        return [self.key] if self.key else []
