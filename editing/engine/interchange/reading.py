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
from editing.engine.interchange.writing import OURS, Value

DIGITS = 6  # of a second
# RuntimeError: OpenTimelineIO raises NotImplementedError for a composition of a kind it has no length for
BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class NoTimeline(errors.Invalid):
    code = "no-timeline"
    message = (
        "This timeline cannot be read. Accepted: an OpenTimelineIO timeline whose first picture track holds "
        "clips, gaps and transitions."
    )


def value_of(timeline: Any) -> Value:
    """The JSON of an edit document, for `parse` to judge, out of a timeline's. Raises NoTimeline."""
    try:
        return _value(otio.core.deserialize_json_from_string(json.dumps(timeline)))
    except (otio.exceptions.OTIOError, *BROKEN) as broken:
        raise NoTimeline(field="timeline") from broken


def _value(laid: Any) -> Value:
    if not isinstance(laid, otio.schema.Timeline):
        raise ValueError("Something other than a timeline.")
    video, audio = otio.schema.TrackKind.Video, otio.schema.TrackKind.Audio
    pictures = [track for track in laid.tracks if track.kind == video and len(track)]
    music = [one for track in laid.tracks if track.kind == audio for one in _music(track)]
    if not pictures:
        raise ValueError("No picture.")
    read = {
        "version": VERSION,
        "canvas": {"aspect": "16:9"},
        **_ours(laid),
        "clips": list(_cuts(pictures[0])),
    }
    return read | ({"music": music} if music else {})


def _cuts(track: Any) -> Iterator[Value]:
    """Gaps in the picture are closed; a transition with nothing before it is a plain beginning."""
    items = [item for item in track if not isinstance(item, otio.schema.Gap)]
    for at, item in enumerate(items):
        if isinstance(item, otio.schema.Clip):
            before = items[at - 1] if at > 1 and _is_transition(items[at - 1]) else None
            after = items[at + 1] if at + 2 < len(items) and _is_transition(items[at + 1]) else None
            yield _cut(item, before, after)
        elif not _is_transition(item):
            raise ValueError("Something nested.")


def _cut(clip: Any, before: Any, after: Any) -> Value:
    """In a document it is seen for the whole of both transitions, not for its own half of each."""
    ours, shown, pace = _ours(clip), clip.trimmed_range(), _pace(clip)
    head = _seconds(before.in_offset) if before else 0.0
    tail = _seconds(after.out_offset) if after else 0.0
    lasting = head + _seconds(shown.duration) + tail
    begins = max(0.0, _seconds(shown.start_time) - (tail if pace < 0 else head) * abs(pace))
    played: Value = {"start": _rounded(begins)}
    if pace == 0:
        played |= {"freeze": _rounded(lasting)}
    else:
        played |= {"end": _rounded(min(begins + lasting * abs(pace), _available(clip)))}
        played |= {"speed": ours.get("speed") if isinstance(ours.get("speed"), list) else _rounded(abs(pace))}
        played |= {"reverse": True} if pace < 0 else {}
    kept = {key: one for key, one in ours.items() if key not in ("transition", "speed", "reverse")}
    return {"clip": _id(clip), **kept, **played} | ({"transition": _transition(before)} if before else {})


def _transition(item: Any) -> Value:
    name = item.name if item.name in TRANSITIONS else "fade"
    return {"name": name, "seconds": _rounded(_seconds(item.in_offset) + _seconds(item.out_offset))}


def _music(track: Any) -> Iterator[Value]:
    """Only what names a track of ours: desktop editors lay the clips' own sound beside them."""
    at = 0.0
    for item in track:
        lasting = _seconds(item.duration())
        if isinstance(item, otio.schema.Clip) and "track" in _ours(item):
            start = _seconds(item.trimmed_range().start_time)
            whole = start + lasting >= _available(item) - 10**-DIGITS or "end" not in _ours(item)
            ends = {} if whole else {"end": _rounded(start + lasting)}
            kept = {key: one for key, one in _ours(item).items() if key != "end"}
            yield {**kept, "at": _rounded(at), "start": _rounded(start), **ends}
        at += lasting


def _ours(item: Any) -> Value:
    held = json.loads(otio.core.serialize_json_to_string(item.metadata)).get(OURS, {})
    return held if isinstance(held, dict) else {}


def _id(clip: Any) -> str:
    """The id of a clip: as we wrote it, else the first that its link or its name holds."""
    url = getattr(clip.media_reference, "target_url", "") or ""
    found = UUID.search(url) or UUID.search(clip.name)
    return _ours(clip).get("clip") or (found[0] if found else clip.name)


def _pace(clip: Any) -> float:
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
