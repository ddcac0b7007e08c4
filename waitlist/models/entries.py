"""Who waits in line, and how many of them there are before each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from waitlist.models.rules import Segment


class WaitlistEntry(models.Model):
    """One person's application. The line is all that are `waiting`, ordered by `rank`, then `id`.

    `rank` is the microsecond since 1970 at which they applied, less their head start: all that moves
    anybody up is an amount of time, so nobody can be passed by those who come later than the largest one.
    Whoever changes `state` or `rank` changes `LineCount` in the same transaction: see `waitlist.line.counts`.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        ADMITTED = "admitted"
        LEFT = "left"

    class Device(models.TextChoices):
        IOS = "ios"
        ANDROID = "android"
        WEB = "web"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="waitlist_entry")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    rank = models.BigIntegerField()
    applied_at = models.DateTimeField(default=timezone.now)
    admitted_at = models.DateTimeField(null=True, blank=True)

    # what they said of themselves
    reason = models.CharField(max_length=500, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1, of the phone number unless told
    device = models.CharField(max_length=16, blank=True, choices=Device.choices)
    source = models.CharField(max_length=40, blank=True)  # where they heard of it
    followers = models.PositiveIntegerField(default=0)

    # what moves them up: see waitlist.line.order
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True, related_name="entries")
    referral_code = models.CharField(max_length=16, unique=True, null=True, blank=True)
    referred_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="referred")
    referrals = models.PositiveIntegerField(default=0)  # friends who have published something
    referral_counted = models.BooleanField(default=False)  # at whom they were brought by
    head_start = models.PositiveIntegerField(default=0)  # seconds

    class Meta:
        indexes = [
            models.Index(fields=["rank", "id"], condition=Q(state="waiting"), name="waiting_line"),
            models.Index(fields=["segment", "rank"], condition=Q(state="waiting"), name="waiting_by_segment"),
            models.Index(fields=["locale", "rank"], condition=Q(state="waiting"), name="waiting_by_locale"),
            models.Index(fields=["-admitted_at"], condition=Q(state="admitted"), name="admitted_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.state} since {self.applied_at:%c}"


class LineCount(models.Model):
    """How many wait whose rank begins with `prefix` at `level`: what makes a place a sum of few rows."""

    level = models.PositiveSmallIntegerField()
    prefix = models.BigIntegerField()
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "prefix"], name="one_count_of_a_prefix")]

    def __str__(self) -> str:
        return f"{self.waiting} at {self.level}:{self.prefix}"
