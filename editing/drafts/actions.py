"""What people ask of a draft: save it, undo and redo, go back to a revision, preview it, render it."""

import json
import time
from collections.abc import Callable

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from api.preconditions import Tags
from creator.limits import most, require_room, require_room_among
from creator.models import User
from editing import sources
from editing.actions import promise_render, require_kept_words
from editing.engine.document import Document, dump
from editing.errors import DraftChanged, NothingToRedo, NothingToUndo
from editing.models import Draft, Revision
from library.actions import delete as delete_owned
from library.held import require_storage
from library.models import Clip
from library.states import Origin

STEP = 8  # revisions deleted at once: their documents, of up to 720 KB each, are given back page by page
PAUSE = 0.02  # seconds between two steps, in which others come to write


def start(*, owner: User, document: Document, title: str = "") -> Draft:
    """A draft with its first revision. Raises DocumentInvalid, LimitReached, StorageFull."""
    sources.resolve_visible(document, owner)
    written = _written(document)  # not under the lock
    with transaction.atomic():
        require_room_among("drafts", Draft.objects.visible_to(owner), owner=owner)
        return _revise(Draft.objects.create(owner=owner, title=title), written)


def save(
    draft: Draft, *, document: Document | None = None, title: str | None = None, expected: Tags = None
) -> Draft:
    """Autosave: a new revision if the document differs from the current one. Raises DocumentInvalid,
    StorageFull, and DraftChanged where its entity tag is none of those `expected`, as all that follows."""
    if document is not None:
        sources.resolve_visible(document, draft.owner)
    written = None if document is None else _written(document)  # not under the lock
    with transaction.atomic():
        draft = _locked(draft, expected)
        if title is not None:
            draft.title = title
        if written is None or _is_current(draft, written):
            draft.save()
            return draft
        return _revise(draft, written)


def undo(draft: Draft, *, expected: Tags = None) -> Draft:
    """Back to the revision before the current one. Raises NothingToUndo."""
    return _move(draft, lambda current: current.before, NothingToUndo, expected)


def redo(draft: Draft, *, expected: Tags = None) -> Draft:
    """Forward to what was undone last. Raises NothingToRedo."""
    return _move(draft, lambda current: current.after.order_by("-number").first(), NothingToRedo, expected)


def revisions(draft: Draft) -> QuerySet[Revision]:
    """Everything that was ever saved, the newest first."""
    return draft.revisions.select_related("before", "draft").order_by("-number")


def name(revision: Revision, *, name: str) -> Revision:
    """Give a revision a name to find it by; its document never changes. Raises LimitReached: one that has a
    name is never forgotten."""
    with transaction.atomic():
        draft = _locked(revision.draft)
        if name:
            others = draft.revisions.exclude(name="").exclude(pk=revision.pk)
            require_room("named_revisions", others.count())
        revision.name = name
        revision.save(update_fields=["name"])
        return revision


def restore(revision: Revision, *, expected: Tags = None) -> Draft:
    """The document of a revision as a new one after the current, even if its clips are gone by now. An undo
    leads back. Raises StorageFull."""
    with transaction.atomic():
        draft = _locked(revision.draft, expected)
        return draft if _is_current(draft, revision) else _revise(draft, revision)


def render(draft: Draft, *, expected: Tags = None) -> Clip:
    """The promise of the draft's current revision as a clip. Raises DocumentInvalid."""
    _require(draft, expected)
    revision = current(draft)
    document, title = revision.parsed, draft.title
    return promise_render(document, owner=draft.owner, relation="edit", title=title, revision=revision)


def preview(draft: Draft, *, expected: Tags = None) -> Clip:
    """The promise of the first seconds of the draft's current revision, small. It replaces the preview before
    it, and is deleted after a day. Raises DocumentInvalid."""
    _require(draft, expected)
    revision = current(draft)
    document, title, owner = revision.parsed, draft.title, draft.owner
    require_kept_words(document)
    with transaction.atomic():
        for earlier in Clip.objects.filter(origin=Origin.PREVIEW, render__revision__draft=draft):
            delete_owned(earlier)
        return promise_render(
            document, owner=owner, relation="edit", title=title, revision=revision, preview=True
        )


def delete(draft: Draft, *, expected: Tags = None) -> None:
    """Delete a draft with its history, the oldest first: in steps, as a thousand revisions at once would hold
    the write lock for seconds."""
    _require(draft, expected)
    while _forget_oldest(draft):
        time.sleep(PAUSE)
    with transaction.atomic():
        for last in Draft.objects.select_for_update().filter(
            pk=draft.pk
        ):  # whoever saves comes before or after
            last.delete()


def delete_all(*, user: User, **_: object) -> None:
    """Delete every draft of somebody who leaves."""
    for draft in Draft.objects.visible_to(user):
        delete(draft)


def current(draft: Draft) -> Revision:
    """Raises Draft.DoesNotExist for one that is being deleted: every other has a revision."""
    if draft.current is None:
        raise Draft.DoesNotExist()
    return draft.current


def _locked(draft: Draft, expected: Tags = None) -> Draft:
    """The draft as it is now, locked. Without a join, which would show the revision that was current before
    the lock was granted."""
    latest = Draft.objects.select_for_update().get(pk=draft.pk)
    _require(latest, expected)
    return latest


def _require(draft: Draft, expected: Tags) -> None:
    """Raises DraftChanged where the draft is none of those that are expected."""
    if expected is not None and draft.etag not in expected:
        raise DraftChanged(revision=current(draft).number)


def _written(document: Document) -> Revision:
    """A revision of no draft yet that holds `document`."""
    content = dump(document)
    return Revision(
        document=content, seconds=round(float(document.seconds), 3), bytes=len(json.dumps(content))
    )


def _is_current(draft: Draft, wanted: Revision) -> bool:
    """Whether the document of the draft's current revision is that of `wanted`."""
    return draft.current is not None and draft.current.document == wanted.document


def _revise(draft: Draft, wanted: Revision) -> Draft:
    """A revision after the current one, with the document of `wanted`. What had been undone is kept, as
    another branch. Raises StorageFull."""
    newest = draft.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    draft.current = draft.revisions.create(
        number=newest + 1,
        before=draft.current,
        document=wanted.document,
        seconds=wanted.seconds,
        bytes=wanted.bytes,
    )
    draft.bytes += wanted.bytes - _prune(draft)
    draft.save()
    require_storage(draft.owner)
    return draft


def _prune(draft: Draft) -> int:
    """Forget the oldest revisions that nobody named, beyond the most there can be; their bytes."""
    unnamed = draft.revisions.filter(name="").exclude(pk=current(draft).pk).order_by("-number")
    oldest = unnamed.values_list("number", flat=True)[most("revisions") - 1 :][:1]
    return sum(_forget(unnamed.filter(number__lte=number)) for number in oldest)


def _forget_oldest(draft: Draft) -> bool:
    """Delete STEP revisions; whether there may be more. Of two who delete a draft, one counts them off."""
    with transaction.atomic():
        for locked in Draft.objects.select_for_update().filter(pk=draft.pk):
            oldest = list(locked.revisions.order_by("number").values_list("pk", flat=True)[:STEP])
            freed = _forget(locked.revisions.filter(pk__in=oldest))
            Draft.objects.filter(pk=draft.pk).update(bytes=F("bytes") - freed)
            return len(oldest) == STEP
    return False


def _forget(gone: QuerySet[Revision]) -> int:
    """Delete revisions; their bytes."""
    freed = gone.order_by().aggregate(bytes=Sum("bytes"))["bytes"] or 0
    gone.only("pk").delete()
    return freed


def _move(
    draft: Draft,
    step: Callable[[Revision], Revision | None],
    error: type[NothingToUndo | NothingToRedo],
    expected: Tags,
) -> Draft:
    with transaction.atomic():
        draft = _locked(draft, expected)
        target = step(draft.current) if draft.current else None
        if target is None:
            raise error()
        draft.current = target
        draft.save()
    return draft
