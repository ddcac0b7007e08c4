"""The clips a document names, as far as its editor may see them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from editing.engine.document import Document, refuse
from editing.engine.errors import Problem
from editing.engine.timeline import beyond
from editing.errors import ClipFailed
from library.models import Clip
from library.states import State

Clips = Mapping[str, Clip]  # by the id as the document spells it


def named(document: Document, viewer: Any, *, kept: bool = False) -> Clips:
    """Every clip of the document. Raises DocumentInvalid where one is not `viewer`'s to see (which reads
    the same as one that never was), failed, or is cut past its end, promised or real.

    With `kept`, none of them can be deleted before the caller's transaction ends.
    """
    clips = _visible(document, viewer, kept)
    refuse(
        [*beyond(document, {name: clip.seconds for name, clip in clips.items()}), *_failed(document, clips)]
    )
    return clips


def _visible(document: Document, viewer: Any, kept: bool) -> Clips:
    ids = {cut.clip: _id(cut.clip) for cut in document.clips}
    seen = Clip.objects.visible_to(viewer).filter(pk__in=[pk for pk in ids.values() if pk])
    if kept:  # rows are locked without a join: what is joined could be of the past once the lock is had
        list(seen.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = seen.select_related("job").in_bulk()
    return {name: found[pk] for name, pk in ids.items() if pk in found}


def _failed(document: Document, clips: Clips) -> Iterable[Problem]:
    for index, cut in enumerate(document.clips):
        if cut.clip in clips and clips[cut.clip].state == State.FAILED:
            yield ClipFailed(field=f"clips[{index}].clip")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
