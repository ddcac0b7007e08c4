"""What staff did to others: written once, never changed, kept when the account of either is gone."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditIsAppendOnly(TypeError):
    """A programming error: a row of the audit is neither changed nor deleted."""


class StaffActionQuerySet(models.QuerySet["StaffAction"]):
    def about(self, subject: str) -> "StaffActionQuerySet":
        """Everything done to `subject`, the newest first."""
        return self.filter(subject=subject).order_by("-id")

    def update(self, **_: Any) -> NoReturn:
        raise AuditIsAppendOnly("The audit is append-only.")

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise AuditIsAppendOnly("The audit is append-only.")

    def delete(self) -> NoReturn:
        raise AuditIsAppendOnly("The audit is append-only.")


class StaffAction(models.Model):
    """One act of one member of staff. `subject` is `post:ID`, `user:ID`…; `reason` their words.

    `actor` outlives the account: there is no constraint in the database, so the number stays when the
    person is gone.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = StaffActionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "-id"], name="staff_actions_by_subject")]

    def __str__(self) -> str:
        return f"{self.action} of {self.subject} by {self.actor_id}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AuditIsAppendOnly("The audit is append-only.")
        super().save(**options)

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        raise AuditIsAppendOnly("The audit is append-only.")
