"""What the operator decides about the line: its segments, and the numbers of its rules."""

from typing import Any, Self

from django.db import models
from uuid6 import uuid7


class Segment(models.Model):
    """People who are given the same head start. An entry belongs to the first one, by `position`, whose
    conditions it fulfils all of; an empty condition is fulfilled by everybody.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=100)
    head_start = models.PositiveIntegerField(default=0)  # seconds
    active = models.BooleanField(default=True)
    countries = models.JSONField(default=list, blank=True)  # ISO 3166-1
    locales = models.JSONField(default=list, blank=True)  # zh-hans, en, …
    devices = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    words = models.JSONField(default=list, blank=True)  # one of them is in the reason
    least_followers = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Rules(models.Model):
    """The one row of numbers that staff may change; `Rules.current()` reads it."""

    # moving up
    referral_seconds = models.PositiveIntegerField(default=24 * 3600)  # a friend who counts is worth this
    most_referrals = models.PositiveIntegerField(default=10)  # that count
    most_head_start = models.PositiveIntegerField(default=30 * 24 * 3600)  # all together, in seconds

    def __str__(self) -> str:
        return "rules of the line"

    def save(self, **options: Any) -> None:
        self.pk = 1
        super().save(**options)

    @classmethod
    def current(cls) -> Self:
        """The rules in force; the defaults until somebody changes them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
