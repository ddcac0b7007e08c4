"""Batches of people who are let in together."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from uuid6 import uuid7


class Batch(models.Model):
    """So many of those whom `filter` finds, from the front; its job lets them in. `admitted` counts them."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        CANCELLED = "cancelled"
        UNDONE = "undone"

    OPEN: ClassVar = (State.RUNNING, State.PAUSED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    filter = models.JSONField(default=dict, blank=True)
    asked = models.PositiveIntegerField()
    admitted = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    credits = models.PositiveIntegerField(default=0)  # for each
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    job_id = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(admitted__lte=F("asked")), name="batch_not_overfilled")
        ]

    def __str__(self) -> str:
        return f"{self.state} batch of {self.asked}"
