"""Answers kept so that a POST sent twice is done once."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone


class KeptAnswerQuerySet(QuerySet["KeptAnswer"]):
    def settled(self) -> "KeptAnswerQuerySet":
        """Those that no request is at work on: answered, or left behind by a crash."""
        return self.filter(~Q(status=0) | Q(lease_until__lt=timezone.now()))


class KeptAnswer(models.Model):
    """A key that a session or API key has used: reserved (`status` 0), then with the answer of the request.

    Whoever holds the `lease` is doing the request. `acted` is written in the transaction of what it does.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    token = models.ForeignKey("creator.Token", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)  # its `fingerprint`
    lease = models.UUIDField(default=uuid4)
    lease_until = models.DateTimeField()
    acted = models.BooleanField(default=False)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, default="")
    body = models.BinaryField(default=b"")
    secret = models.BooleanField(default=False)  # the answer is shown once, and not kept
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["owner", "-id"], name="answers_of_owner")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
