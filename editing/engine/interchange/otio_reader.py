"""An OpenTimelineIO timeline as an edit document."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import opentimelineio as otio

import errors
from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document import VERSION
from editing.engine.interchange.otio_writer import METADATA_KEY, Value

MOST_CHARACTERS = 1_000_000  # a thousand clips; a document holds 32
DIGITS = 6  # of a second
MOST_ITEMS = 1_000  # clips, gaps and transitions of all tracks; each takes a fifth of a millisecond
# RuntimeError: OpenTimelineIO raises NotImplementedError for a composition of a kind it has no length for
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class NoTimeline(errors.Invalid):
    code = "no-timeline"
    message = (
        "This timeline cannot be read. Accepted: an OpenTimelineIO timeline whose first picture track holds "
        "clips, gaps and transitions."
    )


class TimelineTooLarge(errors.Invalid):
    code = "timeline-too-large"
    message = "This timeline is too large to be read. Accepted: at most {most} characters of JSON."


def read_timeline(timeline: Any) -> Value:
    """The JSON of an edit document, not yet validated, from the JSON of a timeline. Raises NoTimeline,
    TimelineTooLarge."""
    try:
        text = json.dumps(timeline)
        if len(text) > MOST_CHARACTERS:
            raise TimelineTooLarge(most=MOST_CHARACTERS, field="timeline")
        return _document(otio.core.deserialize_json_from_string(text))
    except (otio.exceptions.OTIOError, *MALFORMED) as malformed:
        raise NoTimeline(field="timeline") from malformed


def _document(timeline: Any) -> Value:
    if not isinstance(timeline, otio.schema.Timeline):
        raise ValueError("Something other than a timeline.")
    if sum(len(track) for track in timeline.tracks) > MOST_ITEMS:
        raise ValueError("Too many pieces.")
    video, audio = otio.schema.TrackKind.Video, otio.schema.TrackKind.Audio
    pictures = [track for track in timeline.tracks if track.kind == video and len(track)]
    music = [one for track in timeline.tracks if track.kind == audio for one in _music(track)]
    if not pictures:
        raise ValueError("No picture.")
    document = {
        "version": VERSION,
        "canvas": {"aspect": "16:9"},
        **_metadata(timeline),
        "clips": list(_cuts(pictures[0])),
    }
    return document | ({"music": music} if music else {})


def _cuts(track: Any) -> Iterator[Value]:
    """Gaps in the picture are closed; a transition with nothing before it is dropped."""
    items = [item for item in track if not isinstance(item, otio.schema.Gap)]
    for at, item in enumerate(items):
        if isinstance(item, otio.schema.Clip):
            before = items[at - 1] if at > 1 and _is_transition(items[at - 1]) else None
            after = items[at + 1] if at + 2 < len(items) and _is_transition(items[at + 1]) else None
            yield _cut(item, before, after)
        elif not _is_transition(item):
            raise ValueError("Something nested.")


def _cut(clip: Any, before: Any, after: Any) -> Value:
    """In a document a cut is seen for the whole of both its transitions, not for its own half of each."""
    metadata, shown, speed = _metadata(clip), clip.trimmed_range(), _speed(clip)
    head = _seconds(before.in_offset) if before else 0.0
    tail = _seconds(after.out_offset) if after else 0.0
    duration = head + _seconds(shown.duration) + tail
    begins = max(0.0, _seconds(shown.start_time) - (tail if speed < 0 else head) * abs(speed))
    timing: Value = {"start": _rounded(begins)}
    if speed == 0:
        timing |= {"freeze": _rounded(duration)}
    else:
        timing |= {"end": _rounded(min(begins + duration * abs(speed), _available(clip)))}
        is_curve = isinstance(metadata.get("speed"), list)
        timing |= {"speed": metadata["speed"] if is_curve else _rounded(abs(speed))}
        timing |= {"reverse": True} if speed < 0 else {}
    kept = {key: one for key, one in metadata.items() if key not in ("transition", "speed", "reverse")}
    return {"clip": _id(clip), **kept, **timing} | ({"transition": _transition(before)} if before else {})


def _transition(item: Any) -> Value:
    name = item.name if item.name in TRANSITIONS else "fade"
    return {"name": name, "seconds": _rounded(_seconds(item.in_offset) + _seconds(item.out_offset))}


def _music(track: Any) -> Iterator[Value]:
    """Only clips that name a track of ours: desktop editors put the clips' own sound on audio tracks too."""
    at = 0.0
    for item in track:
        duration = _seconds(item.duration())
        metadata = _metadata(item) if isinstance(item, otio.schema.Clip) else {}
        if "track" in metadata:
            start = _seconds(item.trimmed_range().start_time)
            whole = start + duration >= _available(item) - 10**-DIGITS or "end" not in metadata
            end = {} if whole else {"end": _rounded(start + duration)}
            kept = {key: one for key, one in metadata.items() if key != "end"}
            yield {**kept, "at": _rounded(at), "start": _rounded(start), **end}
        at += duration


def _metadata(item: Any) -> Value:
    """Ours."""
    found = json.loads(otio.core.serialize_json_to_string(item.metadata)).get(METADATA_KEY, {})
    return found if isinstance(found, dict) else {}


def _id(clip: Any) -> str:
    """The id of a clip: from our metadata, else the first UUID in its link or its name."""
    url = getattr(clip.media_reference, "target_url", "") or ""
    found = UUID.search(url) or UUID.search(clip.name)
    return _metadata(clip).get("clip") or (found[0] if found else clip.name)


def _speed(clip: Any) -> float:
    """0 for a freeze, negative for reverse."""
    warps: Sequence[Any] = [one for one in clip.effects if isinstance(one, otio.schema.LinearTimeWarp)]
    return math.prod(warp.time_scalar for warp in warps)


def _available(clip: Any) -> float:
    known = getattr(clip.media_reference, "available_range", None)
    return _seconds(known.end_time_exclusive()) if known else math.inf


def _is_transition(item: Any) -> bool:
    return isinstance(item, otio.schema.Transition)


def _seconds(time: Any) -> float:
    return float(time.to_seconds())


def _rounded(seconds: float) -> float:
    return round(seconds, DIGITS)
