"""The clips, stills and tracks a document names, as far as its editor may see them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from editing.engine.document import Document
from editing.engine.errors import FieldError, raise_for
from editing.engine.timing.timeline import beyond
from editing.errors import ClipCancelled, ClipFailed, TrackCancelled, TrackFailed
from library.errors import SourceGone
from library.models import Clip, Still, Track
from library.states import State

Row = Clip | Still | Track
# of what will never be ready
CLIP_ERRORS: dict[str, type[FieldError]] = {State.FAILED: ClipFailed, State.CANCELLED: ClipCancelled}
TRACK_ERRORS: dict[str, type[FieldError]] = {State.FAILED: TrackFailed, State.CANCELLED: TrackCancelled}


@dataclass(frozen=True)
class Named:
    """Rows by their ids, as the document spells them."""

    clips: Mapping[str, Clip]
    stills: Mapping[str, Still]
    tracks: Mapping[str, Track]

    @property
    def all(self) -> dict[str, Row]:
        return {**self.clips, **self.stills, **self.tracks}

    @property
    def promised(self) -> list[Clip | Track]:
        """What a job may still be making; each once, however it is spelt."""
        rows: list[Clip | Track] = [*self.clips.values(), *self.tracks.values()]
        return list({row.pk: row for row in rows}.values())


def named(document: Document, viewer: Any, *, kept: bool = False) -> Named:
    """All of them. Raises DocumentInvalid where one is not `viewer`'s to see (which reads the same as one
    that never was), failed, was cancelled, or is cut past its end, promised or real.

    With `kept`, none of them can be deleted before the caller's transaction ends.
    """
    clip_ids, still_ids, track_ids = _ids(document)
    found = Named(
        _visible(Clip, clip_ids, viewer, kept),
        _visible(Still, still_ids, viewer, kept),
        _visible(Track, track_ids, viewer, kept),
    )
    raise_for([*_beyond(document, found), *_unusable(document, found)])
    return found


def held(document: Document) -> Named:
    """All of them, for the machine that renders. Raises SourceGone where one was deleted meanwhile."""
    rows = (Clip.objects.all(), Still.objects.all(), Track.objects.all())
    found = Named(*map(_rows, rows, _ids(document)))
    if found.all.keys() != document.named:
        raise SourceGone()
    return found


def _ids(document: Document) -> tuple[set[str], set[str], set[str]]:
    clips = {cut.clip for cut in document.clips}
    return clips, {one.still for one in document.stickers}, {one.track for one in document.music}


def _visible(kind: Any, ids: set[str], viewer: Any, kept: bool) -> dict[str, Any]:
    seen = kind.objects.visible_to(viewer)
    if kept and ids:  # locked without a join: what is joined could be of the past once the lock is had
        keys = [pk for pk in map(_id, ids) if pk]
        list(seen.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return _rows(seen if kind is Still else seen.select_related("job"), ids)


def _rows(rows: Any, ids: set[str]) -> dict[str, Any]:
    keys = {name: pk for name in ids if (pk := _id(name))}
    found = rows.in_bulk(set(keys.values())) if keys else {}
    return {name: found[pk] for name, pk in keys.items() if pk in found}


def _beyond(document: Document, found: Named) -> Iterator[FieldError]:
    lengths = [{name: row.seconds for name, row in rows.items()} for rows in (found.clips, found.tracks)]
    return beyond(document, clips=lengths[0], stills=found.stills, tracks=lengths[1])


def _unusable(document: Document, found: Named) -> Iterator[FieldError]:
    for index, cut in enumerate(document.clips):
        if cut.clip in found.clips and (error := CLIP_ERRORS.get(found.clips[cut.clip].state)):
            yield error(field=f"clips[{index}].clip")
    for index, music in enumerate(document.music):
        if music.track in found.tracks and (error := TRACK_ERRORS.get(found.tracks[music.track].state)):
            yield error(field=f"music[{index}].track")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
