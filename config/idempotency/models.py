"""Answers kept so that a POST sent twice is done once."""

from django.db import models


class KeptAnswer(models.Model):
    """The answer to the first request with a key, written in the transaction of what that request did."""

    caller = models.CharField(max_length=64)  # SHA-256 of the Authorization header
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, default="")
    body = models.BinaryField(default=b"")
    secret = models.BooleanField(default=False)  # the answer was shown once and is not kept
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
