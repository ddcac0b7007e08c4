"""The door: who waits in line, and who was brought in by an invite."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class WaitlistEntry(models.Model):
    """One person's place in the line; the line is ordered by `id`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="waitlist_entry")
    reason = models.CharField(max_length=500, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    applied_at = models.DateTimeField(default=timezone.now)
    admitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(admitted_at=None), name="waiting_line")]

    def __str__(self) -> str:
        return f"{self.user} in line since {self.applied_at:%c}"


class WelcomedAddress(models.Model):
    """Whoever signs in with this has had the welcome credits.

    It outlives the account: else coming back would pay. `digest` is keyed, so the address cannot be
    read from it; `kept_until` is set once the account is gone.
    """

    digest = models.CharField(max_length=64, unique=True)
    kept_until = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"welcomed until {self.kept_until or 'they leave'}"


class Invite(models.Model):
    """A code that lets in `uses` people."""

    code = models.CharField(max_length=32, unique=True)
    uses = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invites")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(used__lte=F("uses")), name="invite_not_overused")]

    def __str__(self) -> str:
        return f"{self.code} ({self.used}/{self.uses})"


class InviteUse(models.Model):
    """Who came in by which invite."""

    invite = models.ForeignKey(Invite, models.CASCADE, related_name="redeemed")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invite_use")
    used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user} by {self.invite}"
