"""Drafts with their whole history, and which clip is rendered from which document."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from uuid6 import uuid7

from creator.models import User
from editing.engine.document import Document, parse
from library.models import Clip


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """The drafts `user` may see: their own."""
        return self.filter(owner_id=user.pk)

    def with_history(self) -> Self:
        """Each with its current revision, and `can_redo`."""
        later = Revision.objects.filter(before=OuterRef("current"))
        return self.select_related("current").annotate(can_redo=Exists(later))

    def listed(self) -> Self:
        """The same without their documents: a hundred of the longest are 25 MB."""
        return self.defer("current__document")

    def reread(self, draft: "Draft") -> "Draft":
        """`draft` with its history. A revision it already holds is kept: it is not read again."""
        found = self.with_history().get(pk=draft.pk)
        if Draft.current.is_cached(draft) and found.current_id == draft.current_id:
            found.current = draft.current
        return found


class Draft(models.Model):
    """An edit in the making. `current` is the revision that is shown; undo and redo move it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=100, default="", blank=True)
    current = models.ForeignKey("Revision", models.SET_NULL, null=True, related_name="+")
    bytes = models.PositiveBigIntegerField(default=0)  # of the documents of all its revisions
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="drafts_of_owner"),
            models.Index(fields=["owner", "bytes"], name="drafts_held"),
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"

    @property
    def etag(self) -> str:
        """Its entity tag: the number of its current revision, and when it was saved last: another title, or
        an undo, makes no revision."""
        number = self.current.number if self.current else 0
        return f'"{number}-{int(self.updated_at.timestamp() * 1_000_000):x}"'


class HoldsDocument(models.Model):
    """A row with an edit document, never changed once it is written."""

    document = models.JSONField()

    class Meta:
        abstract = True

    @cached_property
    def parsed(self) -> Document:
        """Its document as a value, parsed once for all who ask this object. Raises DocumentInvalid."""
        return parse(self.document)


class Revision(HoldsDocument):
    """One state of a draft, never changed but for its name. `before` is what an undo returns to."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    before = models.ForeignKey("self", models.SET_NULL, null=True, related_name="after")
    name = models.CharField(max_length=100, default="", blank=True)
    seconds = models.FloatField()  # how long its document plays: kept, for a list parses no document
    bytes = models.PositiveIntegerField()  # of its document, as JSON
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"Revision {self.number} of {self.draft_id}"


class Render(HoldsDocument):
    """A document that is rendered to a clip. It is a copy, for the draft goes on changing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clip = models.OneToOneField(Clip, models.CASCADE, related_name="render")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="renders")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Render {self.pk} of clip {self.clip_id}"
