"""What people ask of a draft's history: name what they made, go back to it."""

from django.db.models import QuerySet

from editing.drafts import actions
from editing.models import Draft, Revision


def revisions(draft: Draft) -> QuerySet[Revision]:
    """Everything that was ever saved, the newest first."""
    return draft.revisions.select_related("before", "draft").order_by("-number")


def name(revision: Revision, *, name: str) -> Revision:
    """Give a revision a name to find it by; its document never changes."""
    revision.name = name
    revision.save(update_fields=["name"])
    return revision


def restore(revision: Revision) -> Draft:
    """What a revision held, as a new one after the current: an undo leads back to where one was."""
    return actions.restore(revision)
