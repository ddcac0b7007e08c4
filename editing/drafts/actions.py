"""What people ask of the cutting room: keep a draft, undo and redo, render it, or one edit in one tap."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import transaction

import jobs.ledger.actions
from editing import sources
from editing.engine.document import Document, check, dump
from editing.engine.errors import DocumentInvalid, FieldError
from editing.engine.render import preview as quick
from editing.errors import NothingToRedo, NothingToUndo
from editing.models import Draft, Render, Revision
from editing.one_tap import documents
from jobs.models import Job
from library.actions import Shape, delete, pending_jobs, promise
from library.models import Clip, Promised
from library.states import Origin

RENDER = "editing.render"  # the kind of job
LOOK_FIRST = 10  # the priority of a preview


def start(*, owner: Any, document: Document, title: str = "") -> Draft:
    """A draft with its first revision. Raises DocumentInvalid."""
    sources.named(document, owner)
    with transaction.atomic():
        return _revise(Draft.objects.create(owner=owner, title=title), document)


def save(draft: Draft, *, document: Document | None = None, title: str | None = None) -> Draft:
    """Autosave: a new revision if the document differs from the current one. Raises DocumentInvalid."""
    if document is not None:
        sources.named(document, draft.owner)
    with transaction.atomic():
        draft = _locked(draft)
        if title is not None:
            draft.title = title
        if document is None or _is_current(draft, document):
            draft.save()
            return draft
        return _revise(draft, document)


def restore(revision: Revision) -> Draft:
    """A new revision of a document that was one before, even if its clips are gone by now."""
    with transaction.atomic():
        draft = _locked(revision.draft)
        return draft if _is_current(draft, revision.parsed) else _revise(draft, revision.parsed)


def undo(draft: Draft) -> Draft:
    """Back to the revision before the current one. Raises NothingToUndo."""
    return _turn(draft, lambda now: now.before, NothingToUndo)


def redo(draft: Draft) -> Draft:
    """Forth to what was undone last. Raises NothingToRedo."""
    return _turn(draft, lambda now: now.after.order_by("-number").first(), NothingToRedo)


def render(draft: Draft) -> Clip:
    """The promise of the draft's current revision as a clip. Raises DocumentInvalid."""
    revision = draft.current
    assert revision is not None, "a draft has a revision from its first moment"
    return _promised(
        revision.parsed, owner=draft.owner, relation="edit", title=draft.title, revision=revision
    )


def preview(draft: Draft) -> Clip:
    """The promise of a quick look at the draft's current revision: its first seconds, small. It takes the
    place of the look before it, and is gone after a day. Raises DocumentInvalid."""
    assert draft.current is not None, "a draft has a revision from its first moment"
    document = draft.current.parsed
    with transaction.atomic():
        for seen in Clip.objects.filter(origin=Origin.PREVIEW, render__revision__draft=draft):
            delete(seen)
        title, revision = draft.title, draft.current
        return _promised(
            document, owner=draft.owner, relation="edit", title=title, revision=revision, proxy=True
        )


def trim(clip: Clip, *, owner: Any, start: float, end: float) -> Clip:
    """`start` to `end` seconds of a clip, ready or pending. Raises DocumentInvalid."""
    return _tapped(documents.trimmed(clip, start=start, end=end), clip, owner, "trim")


def reframe(clip: Clip, *, owner: Any, aspect: str, mode: str) -> Clip:
    """A clip in another aspect: `mode` crop, pad, blur or track. Raises DocumentInvalid."""
    return _tapped(documents.reframed(clip, aspect=aspect, mode=mode), clip, owner, "reframe")


def upscale(clip: Clip, *, owner: Any, height: int, upscaler: str) -> Clip:
    """A clip with `height` pixels on its short side. Raises DocumentInvalid, AlreadyThatLarge."""
    return _tapped(documents.upscaled(clip, height=height, upscaler=upscaler), clip, owner, "upscale")


def _tapped(document: Document, clip: Clip, owner: Any, relation: str) -> Clip:
    try:
        return _promised(check(document), owner=owner, relation=relation, title=clip.title)
    except DocumentInvalid as invalid:
        raise DocumentInvalid([_refield(problem) for problem in invalid.problems]) from None


def _refield(problem: FieldError) -> FieldError:
    problem.field = documents.FIELDS.get(str(problem.field), problem.field)
    return problem


def _promised(
    document: Document,
    *,
    owner: Any,
    relation: str,
    title: str,
    revision: Revision | None = None,
    proxy: bool = False,
) -> Clip:
    with transaction.atomic():
        promised = sources.named(document, owner, kept=True).promised
        return promise(
            owner=owner,
            origin=Origin.PREVIEW if proxy else Origin.EDIT,
            shape=_quick_shape(document) if proxy else _shape(document),
            job_for=partial(_render, document, promised, revision, proxy),
            made_from=[(source, relation) for source in promised if isinstance(source, Clip)],
            title=title,
        )


def _shape(document: Document) -> Shape:
    width, height = document.size
    return Shape(width, height, document.canvas.fps, document.frames / document.canvas.fps)


def _quick_shape(document: Document) -> Shape:
    width, height = quick.proxied(document).size
    return Shape(width, height, document.canvas.fps, quick.frames(document) / document.canvas.fps)


def _render(
    document: Document, promised: Sequence[Promised], revision: Revision | None, proxy: bool, clip: Clip
) -> Job:
    """The job that makes `clip` as soon as all that is `promised` is there; a quick look goes first."""
    row = Render.objects.create(clip=clip, revision=revision, document=dump(document))
    return jobs.ledger.actions.submit(
        kind=RENDER,
        owner=clip.owner,
        params={"render": str(row.pk), "proxy": proxy},
        waits_for=pending_jobs(promised),
        priority=LOOK_FIRST if proxy else 0,
    )


def _locked(draft: Draft) -> Draft:
    """The draft as it is now, changed by nobody else. No join: it would show what was current before."""
    return Draft.objects.select_for_update().get(pk=draft.pk)


def _is_current(draft: Draft, document: Document) -> bool:
    """Whether the draft holds this very document; if so it need not be parsed to be shown."""
    if draft.current is None or draft.current.document != dump(document):
        return False
    draft.current.parsed = document
    return True


def _revise(draft: Draft, document: Document) -> Draft:
    """A revision after the current one. What had been undone stays, beside it."""
    newest = draft.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    draft.current = draft.revisions.create(number=newest + 1, before=draft.current, document=dump(document))
    draft.current.parsed = document
    draft.save()
    return draft


def _turn(
    draft: Draft, step: Callable[[Revision], Revision | None], nothing: type[NothingToUndo | NothingToRedo]
) -> Draft:
    with transaction.atomic():
        draft = _locked(draft)
        to = step(draft.current) if draft.current else None
        if to is None:
            raise nothing()
        draft.current = to
        draft.save()
    return draft
