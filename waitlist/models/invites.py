"""Invites, and who came by which."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Invite(models.Model):
    """A code that lets in `uses` people.

    `for_address` is one mailbox, phone number or domain
    (`@school.edu.cn`): a leaked code is worthless to others. `credits` null: as everybody is welcomed.
    """

    code = models.CharField(max_length=32, unique=True)
    uses = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invites")
    created_at = models.DateTimeField(default=timezone.now)
    begins_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True, db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    credits = models.PositiveIntegerField(null=True, blank=True)
    for_address = models.CharField(max_length=254, blank=True)

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
