"""What people export from a draft and import into one: subtitles and timelines."""

from typing import Any

from api.preconditions import Tags
from creator.models import User
from editing import sources
from editing.drafts import actions
from editing.engine.document import dump, parse
from editing.engine.import_errors import Record
from editing.engine.interchange import Media, read_timeline_apart, write_timeline
from editing.engine.text.subtitles import beyond, clipped, read_subtitles, write_srt, write_vtt
from editing.models import Draft
from library import links
from library.models import Clip, Track

Imported = tuple[Draft, list[Record]]  # and what of the file is not in it


def export_subtitles(draft: Draft, kind: str) -> str:
    """The captions as the text of an `srt` or a `vtt` file."""
    return {"srt": write_srt, "vtt": write_vtt}[kind](actions.current(draft).parsed.captions)


def import_subtitles(draft: Draft, *, text: str, style: str, expected: Tags = None) -> Imported:
    """A new revision whose captions are the cues of a subtitle file, as far as they lie within the edit.

    Raises NoSubtitles, DocumentInvalid, DraftChanged."""
    document = actions.current(draft).parsed
    cues, unusable = read_subtitles(text)
    kept = clipped(cues, seconds := float(document.seconds))
    captions = [{"text": cue.text, "start": cue.start, "end": cue.end, "style": style} for cue in kept]
    changed = parse(dump(document) | {"captions": captions})
    dropped = [one.as_dict() for one in (*unusable, *beyond(cues, seconds))]
    return actions.save(draft, document=changed, expected=expected), dropped


def export_timeline(draft: Draft, *, reader: links.Reader) -> dict[str, Any]:
    """The draft as the JSON of an OpenTimelineIO timeline, with links for `reader`.

    Raises DocumentInvalid where a clip is gone."""
    document = actions.current(draft).parsed
    found = sources.resolve_visible(document, draft.owner)
    rows: dict[str, Clip | Track] = {**found.clips, **found.tracks}
    media = {name: _media(row, reader) for name, row in rows.items()}
    return write_timeline(document, media, name=draft.title)


def import_timeline(*, owner: User, timeline: Any, title: str = "") -> Imported:
    """A draft of an OpenTimelineIO timeline. Raises NoTimeline, DocumentInvalid."""
    document, dropped = read_timeline_apart(timeline)
    return actions.start(owner=owner, document=parse(document), title=title), dropped


def _media(row: Clip | Track, reader: links.Reader) -> Media:
    """A pending clip has no file yet: a URN stands for it."""
    key = row.master if isinstance(row, Clip) else row.key
    return Media(links.url(key, **reader._asdict()) if key else f"urn:uuid:{row.pk}", row.seconds)
