"""The clips, stills and tracks that a document names, as database rows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from creator.models import User
from editing.engine.document import Document
from editing.engine.errors import FieldError, raise_for
from editing.engine.render.memory import size_errors
from editing.engine.timing.timeline import reference_errors
from editing.errors import ClipCancelled, ClipFailed, TrackCancelled, TrackFailed
from library.errors import SourceGone
from library.models import Clip, Still, Track
from library.states import State

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
Row = Clip | Still | Track
# of what will never be ready
CLIP_ERRORS: dict[str, type[FieldError]] = {State.FAILED: ClipFailed, State.CANCELLED: ClipCancelled}
TRACK_ERRORS: dict[str, type[FieldError]] = {State.FAILED: TrackFailed, State.CANCELLED: TrackCancelled}


@dataclass(frozen=True)
class ResolvedSources:
    """Rows by their ids, as the document spells them."""

    clips: Mapping[str, Clip]
    stills: Mapping[str, Still]
    tracks: Mapping[str, Track]

    @property
    def all(self) -> dict[str, Row]:
        return {**self.clips, **self.stills, **self.tracks}

    @property
    def promised(self) -> list[Clip | Track]:
        """Those that a job makes, ready or still pending; each once, however its id is spelt."""
        rows: list[Clip | Track] = [*self.clips.values(), *self.tracks.values()]
        return list({row.pk: row for row in rows}.values())


def resolve_visible(document: Document, viewer: User, *, lock: bool = False) -> ResolvedSources:
    """All sources of the document. Raises DocumentInvalid where one is not `viewer`'s to see (which reads the
    same as one that never was), failed, was cancelled, or is cut past its end, promised or real.

    With `lock`, none of them can be deleted before the caller's transaction ends.
    """
    clip_ids, still_ids, track_ids = _ids(document)
    found = ResolvedSources(
        _visible(Clip, clip_ids, viewer, lock),
        _visible(Still, still_ids, viewer, lock),
        _visible(Track, track_ids, viewer, lock),
    )
    raise_for([*_reference_errors(document, found), *_state_errors(document, found)])
    return found


def resolve_for_render(document: Document) -> ResolvedSources:
    """All sources of the document, for the worker, whoever may see them. Raises SourceGone where one was
    deleted meanwhile."""
    rows = (Clip.objects.all(), Still.objects.all(), Track.objects.all())
    found = ResolvedSources(*map(_rows, rows, _ids(document)))
    if found.all.keys() != document.named:
        raise SourceGone()
    return found


def _ids(document: Document) -> tuple[set[str], set[str], set[str]]:
    clips = {cut.clip for cut in document.clips}
    return clips, {one.still for one in document.stickers}, {one.track for one in document.music}


def _visible(kind: Any, ids: set[str], viewer: User, lock: bool) -> dict[str, Any]:
    visible = kind.objects.visible_to(viewer)
    if lock and ids:  # without a join: a joined row may have been read before the lock was granted
        keys = [pk for pk in map(_uuid, ids) if pk]
        list(visible.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return _rows(visible if kind is Still else visible.select_related("job"), ids)


def _rows(rows: Any, ids: set[str]) -> dict[str, Any]:
    keys = {name: pk for name in ids if (pk := _uuid(name))}
    found = rows.in_bulk(set(keys.values())) if keys else {}
    return {name: found[pk] for name, pk in keys.items() if pk in found}


def _reference_errors(document: Document, found: ResolvedSources) -> Iterator[FieldError]:
    clips, tracks = (
        {name: row.seconds for name, row in rows.items()} for rows in (found.clips, found.tracks)
    )
    pictures: dict[str, Clip | Still] = {**found.clips, **found.stills}
    sizes = {name: (row.width, row.height) for name, row in pictures.items()}
    yield from reference_errors(document, clips=clips, stills=found.stills, tracks=tracks)
    yield from size_errors(document, sizes)


def _state_errors(document: Document, found: ResolvedSources) -> Iterator[FieldError]:
    for index, cut in enumerate(document.clips):
        if cut.clip in found.clips and (error := CLIP_ERRORS.get(found.clips[cut.clip].state)):
            yield error(field=f"clips[{index}].clip")
    for index, music in enumerate(document.music):
        if music.track in found.tracks and (error := TRACK_ERRORS.get(found.tracks[music.track].state)):
            yield error(field=f"music[{index}].track")


def _uuid(text: str) -> UUID | None:
    """The id as it is written with dashes; `UUID` itself would take line breaks, underscores and URNs."""
    return UUID(text) if ID.fullmatch(text) else None
