"""What people take out of a draft, and bring back in: subtitles and timelines."""

from typing import Any

from editing import sources
from editing.drafts import actions
from editing.engine.document import Document, dump, parse
from editing.engine.interchange import Media, timeline, value_of
from editing.engine.text import subtitles as files
from editing.models import Draft
from library import storage
from library.models import Clip, Track


def subtitles(draft: Draft, kind: str) -> str:
    """The captions as the text of an `srt` or a `vtt` file."""
    return {"srt": files.srt, "vtt": files.vtt}[kind](_document(draft).captions)


def caption(draft: Draft, *, text: str, style: str) -> Draft:
    """A new revision with the cues of a subtitle file for captions. Raises NoSubtitles, DocumentInvalid."""
    document = _document(draft)
    cues = files.within(files.read(text), float(document.seconds))
    captions = [{"text": cue.text, "start": cue.start, "end": cue.end, "style": style} for cue in cues]
    return actions.save(draft, document=parse(dump(document) | {"captions": captions}))


def as_timeline(draft: Draft) -> dict[str, Any]:
    """The draft as the JSON of an OpenTimelineIO timeline. Raises DocumentInvalid where a clip is gone."""
    document = _document(draft)
    named = sources.named(document, draft.owner)
    rows: dict[str, Clip | Track] = {**named.clips, **named.tracks}
    media = {name: _media(row) for name, row in rows.items()}
    return timeline(document, media, name=draft.title)


def open_timeline(*, owner: Any, timeline: Any, title: str = "") -> Draft:
    """A draft of an OpenTimelineIO timeline. Raises NoTimeline, DocumentInvalid."""
    return actions.start(owner=owner, document=parse(value_of(timeline)), title=title)


def _document(draft: Draft) -> Document:
    assert draft.current is not None, "a draft has a revision from its first moment"
    return draft.current.parsed


def _media(row: Clip | Track) -> Media:
    """A pending clip has no file yet: its name stands for it."""
    key = row.master if isinstance(row, Clip) else row.key
    return Media(storage.url(key) if key else f"urn:uuid:{row.pk}", row.seconds)
