"""What people ask of templates: a draft out of one, from their own clips and a track."""

import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from creator.models import User
from editing.drafts import actions
from editing.engine.errors import ClipNotFound, TrackNotFound, raise_for
from editing.engine.templates.fill import Footage, Soundtrack, Template, fill_template
from editing.engine.timing.beats import beats
from editing.models import Draft
from editing.sources import CLIP_ERRORS
from library.models import Clip, Track
from library.upload.turns import turn
from library.work import fetch_track


def fill(
    template: Template, *, owner: User, clips: Sequence[UUID], track: UUID | None = None, title: str = ""
) -> Draft:
    """A draft of `template`: its slots take `clips` (ready or pending) in turn, cut on the beats of `track`.

    Raises DocumentInvalid, NotReady for a track that is not ready yet, UploadsBusy."""
    footage = _footage(clips, owner)
    soundtrack = _soundtrack(track, owner) if track else None
    document = fill_template(template, footage, soundtrack=soundtrack, title=title)
    return actions.start(owner=owner, document=document, title=title)


def _footage(ids: Sequence[UUID], owner: User) -> list[Footage]:
    rows = Clip.objects.visible_to(owner).in_bulk(ids)
    raise_for(ClipNotFound(field=f"clips[{at}]") for at, pk in enumerate(ids) if pk not in rows)
    errors = [(at, CLIP_ERRORS.get(rows[pk].state)) for at, pk in enumerate(ids)]
    raise_for(error(field=f"clips[{at}]") for at, error in errors if error)
    return [Footage(str(pk), rows[pk].seconds) for pk in ids]


def _soundtrack(pk: UUID, owner: User) -> Soundtrack:
    track = Track.objects.visible_to(owner).filter(pk=pk).first()
    if track is None:
        raise TrackNotFound(field="track")
    return Soundtrack(str(pk), track.seconds, _beats(track))


@lru_cache(128)
def _beats(track: Track) -> tuple[float, ...]:
    """In a turn of its owner's, as it takes seconds of a core; a track that is ready does not change, so once
    will do."""
    with turn(track.owner_id), tempfile.TemporaryDirectory() as folder:
        return beats(fetch_track(track, Path(folder)))
