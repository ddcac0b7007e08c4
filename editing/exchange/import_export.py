"""What people export from a draft and import into one: subtitles and timelines."""

from typing import Any

from api.preconditions import Tags
from creator.models import User
from editing import sources
from editing.drafts import actions
from editing.engine.document import dump, parse
from editing.engine.interchange import Media, read_timeline_apart, write_timeline
from editing.engine.text.subtitles import clipped, read_cues, write_srt, write_vtt
from editing.models import Draft
from library import links
from library.models import Clip, Track


def export_subtitles(draft: Draft, kind: str) -> str:
    """The captions as the text of an `srt` or a `vtt` file."""
    return {"srt": write_srt, "vtt": write_vtt}[kind](actions.current(draft).parsed.captions)


def import_subtitles(draft: Draft, *, text: str, style: str, expected: Tags = None) -> Draft:
    """A new revision whose captions are the cues of a subtitle file, as far as they lie within the edit.

    Raises NoSubtitles, DocumentInvalid, DraftChanged."""
    document = actions.current(draft).parsed
    cues = clipped(read_cues(text), float(document.seconds))
    captions = [{"text": cue.text, "start": cue.start, "end": cue.end, "style": style} for cue in cues]
    return actions.save(draft, document=parse(dump(document) | {"captions": captions}), expected=expected)


def export_timeline(draft: Draft, *, reader: links.Reader) -> dict[str, Any]:
    """The draft as the JSON of an OpenTimelineIO timeline, with links for `reader`.

    Raises DocumentInvalid where a clip is gone."""
    document = actions.current(draft).parsed
    found = sources.resolve_visible(document, draft.owner)
    rows: dict[str, Clip | Track] = {**found.clips, **found.tracks}
    media = {name: _media(row, reader) for name, row in rows.items()}
    return write_timeline(document, media, name=draft.title)


def import_timeline(*, owner: User, timeline: Any, title: str = "") -> Draft:
    """A draft of an OpenTimelineIO timeline. Raises NoTimeline, DocumentInvalid."""
    return actions.start(owner=owner, document=parse(read_timeline_apart(timeline)), title=title)


def _media(row: Clip | Track, reader: links.Reader) -> Media:
    """A pending clip has no file yet: a URN stands for it."""
    key = row.master if isinstance(row, Clip) else row.key
    return Media(links.url(key, **reader._asdict()) if key else f"urn:uuid:{row.pk}", row.seconds)
