"""Drafts with their whole history, and which clip is rendered from which document."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from uuid6 import uuid7

from creator.models import User
from library.models import Clip


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """The drafts `user` may see: their own."""
        return self.filter(owner_id=user.pk)

    def with_history(self) -> Self:
        """Each with its current revision, and `can_redo`."""
        later = Revision.objects.filter(before=OuterRef("current"))
        return self.select_related("current").annotate(can_redo=Exists(later))


class Draft(models.Model):
    """An edit in the making. `current` is the revision that is shown; undo and redo move it, none is lost."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=100, default="", blank=True)
    current = models.ForeignKey("Revision", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "-id"], name="drafts_of_owner")]

    def __str__(self) -> str:
        return f"Draft {self.pk}"


class Revision(models.Model):
    """One state of a draft, never changed but for its name. `before` is what an undo returns to."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    before = models.ForeignKey("self", models.SET_NULL, null=True, related_name="after")
    document = models.JSONField()
    name = models.CharField(max_length=100, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"Revision {self.number} of {self.draft_id}"


class Render(models.Model):
    """A document that is rendered to a clip. It is a copy, for the draft goes on changing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clip = models.OneToOneField(Clip, models.CASCADE, related_name="render")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="renders")
    document = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Render {self.pk} of clip {self.clip_id}"
