"""Rendering a document, as every room here asks for it: the promise of a clip, and the job that keeps it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction

import jobs.ledger.actions
from creator.models import User
from editing import cost, sources
from editing.engine.document import Document, dump
from editing.engine.render.preview import preview_document, preview_frames
from editing.models import Render, Revision
from jobs.models import Job
from library.actions import Shape, pending_jobs, promise
from library.models import Clip, Promised
from library.states import Origin
from moderation import require_kept

RENDER = "editing.render"  # the kind of job
PREVIEW_PRIORITY = 10


def require_kept_words(document: Document) -> None:
    """Raises TextBlocked for what the captions say together: they are part of the picture from then on.

    To be asked outside a transaction: the first time, a dictionary is loaded."""
    require_kept("captions", "\n".join(caption.text for caption in document.captions))


def promise_render(
    document: Document,
    *,
    owner: User,
    relation: str,
    title: str,
    revision: Revision | None = None,
    preview: bool = False,
) -> Clip:
    """A pending clip of `document`, made from its sources by `relation` (edit, trim, …), and the job that
    renders it once they are ready. With `preview`, only the first seconds, small, before other renders.

    Raises DocumentInvalid where a source is not `owner`'s, will never be ready, or is too short; TextBlocked;
    one of `jobs.ledger.admission.ERRORS`."""
    require_kept_words(document)
    shape, content = (_preview_shape if preview else _shape)(document), dump(document)  # not under the lock
    with transaction.atomic():
        found = sources.resolve_visible(document, owner, lock=True)
        made_from, work = found.promised, cost.megapixels(document, found.clips, preview=preview)
        return promise(
            owner=owner,
            origin=Origin.PREVIEW if preview else Origin.EDIT,
            shape=shape,
            job_for=partial(_submit, content, made_from, revision, work, preview),
            made_from=[(source, relation) for source in made_from if isinstance(source, Clip)],
            title=title,
        )


def _shape(document: Document) -> Shape:
    width, height = document.size
    return Shape(width, height, document.canvas.fps, document.frames / document.canvas.fps)


def _preview_shape(document: Document) -> Shape:
    width, height = preview_document(document).size
    return Shape(width, height, document.canvas.fps, preview_frames(document) / document.canvas.fps)


def _submit(
    content: dict[str, Any],
    made_from: Sequence[Promised],
    revision: Revision | None,
    work: cost.Megapixels,
    preview: bool,
    clip: Clip,
) -> Job:
    row = Render.objects.create(clip=clip, revision=revision, document=content)
    return jobs.ledger.actions.submit(
        kind=RENDER,
        owner=clip.owner,
        params={"render": str(row.pk), "megapixels": work},
        waits_for=pending_jobs(made_from),
        priority=PREVIEW_PRIORITY if preview else 0,
        about={"clip": clip.pk},
    )
