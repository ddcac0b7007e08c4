"""An OpenTimelineIO timeline as an edit document."""

import json
import math
import re
from collections.abc import Iterator, Sequence, Set
from typing import Any

import opentimelineio as otio

import errors
from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document import VERSION
from editing.engine.import_errors import Record
from editing.engine.interchange.losses import Losses
from editing.engine.interchange.otio_writer import METADATA_KEY, Value
from editing.engine.interchange.pieces import VIDEO, Piece, Row, row_of
from editing.engine.interchange.unknown import with_known_kinds

MOST_CHARACTERS = 1_000_000  # a thousand clips; a document holds 32
DIGITS = 6  # of a second
RATES = (10, 60)  # frames a second, of a canvas; a timeline at 1 or 1000 counts in no frames
AUDIO = otio.schema.TrackKind.Audio
PULL_DOWN = 0.0011  # 1000/1001, and what editors round it to
MOST_ITEMS = 1_000  # clips, gaps and transitions of all tracks; each takes a fifth of a millisecond
# RuntimeError: OpenTimelineIO raises NotImplementedError for a composition of a kind it has no length for
# (RecursionError is one as well)
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class NoTimeline(errors.Invalid):
    code = "no-timeline"
    message = (
        "This timeline cannot be read. Accepted: an OpenTimelineIO timeline with a picture track that holds "
        "clips."
    )


class TimelineTooLarge(errors.Invalid):
    code = "timeline-too-large"
    message = "This timeline is too large to be read. Accepted: at most {most} characters of JSON."


def read_timeline(timeline: Any) -> Value:
    """The JSON of an edit document, not yet validated, from the JSON of a timeline. Raises NoTimeline,
    TimelineTooLarge."""
    return read_timeline_and_losses(timeline)[0]


def read_timeline_and_losses(timeline: Any) -> tuple[Value, list[Record]]:
    """The same, and what of the timeline is not in the document. Raises NoTimeline, TimelineTooLarge."""
    losses = Losses()
    try:
        text = json.dumps(timeline)
        if len(text) > MOST_CHARACTERS:
            raise TimelineTooLarge(most=MOST_CHARACTERS, field="timeline")
        known = json.dumps(with_known_kinds(timeline))
        document = _document(otio.core.deserialize_json_from_string(known), losses)
        return document, [one.as_dict() for one in losses.told()]
    except (otio.exceptions.OTIOError, *MALFORMED) as malformed:
        raise NoTimeline(field="timeline") from malformed


def _document(timeline: Any, losses: Losses) -> Value:
    if not isinstance(timeline, otio.schema.Timeline):
        raise ValueError("Something other than a timeline.")
    if sum(_pieces(track) for track in timeline.tracks) > MOST_ITEMS:
        raise ValueError("Too many pieces.")
    for item in (timeline.tracks, *timeline.tracks):
        losses.note(item)
    row = row_of(_picture(timeline, losses), losses)
    cuts = [_cut(piece, losses) for piece in row.pieces]
    audio = [track for track in timeline.tracks if _kind(track) == AUDIO]
    music = [one for track in audio for one in _music(track, row)]
    losses.sounds += [name for track in audio for name in _other_sound(track, {cut["clip"] for cut in cuts})]
    document = {"version": VERSION, "canvas": _canvas(row), **_metadata(timeline), "clips": cuts}
    return document | ({"music": music} if music else {})


def _picture(timeline: Any, losses: Losses) -> Any:
    """The lowest picture track that shows anything; what is laid over it (pictures, subtitles) is told."""
    tracks = [track for track in timeline.tracks if _kind(track) != AUDIO and _has_clips(track)]
    shown = [track for track in tracks if _kind(track) == VIDEO and track.enabled]
    if not shown:
        raise ValueError("No picture.")
    losses.tracks += [track.name for track in tracks if track is not shown[0]]
    return shown[0]


def _kind(track: Any) -> str:
    return str(getattr(track, "kind", ""))  # among tracks may stand a stack, or what nobody knows


def _pieces(track: Any) -> int:
    return len(track) if isinstance(track, otio.core.Composition) else 1


def _has_clips(track: Any) -> bool:
    if not isinstance(track, otio.schema.Track):
        return True
    return any(not isinstance(item, otio.schema.Gap | otio.schema.Transition) for item in track)


def _canvas(row: Row) -> Value:
    """Of a timeline that is not ours: at its own rate, where a canvas can have it."""
    rate = round(row.pieces[0].clip.trimmed_range().duration.rate) if row.pieces else 0
    return {"aspect": "16:9"} | ({"fps": rate} if RATES[0] <= rate <= RATES[1] else {})


def _cut(piece: Piece, losses: Losses) -> Value:
    """In a document a cut is seen for the whole of both its transitions, not for its own half of each."""
    clip, before, after = piece.clip, piece.before, piece.after
    metadata, shown, speed, (zero, end) = _metadata(clip), clip.trimmed_range(), _speed(clip), _file(clip)
    head = _seconds(before.in_offset) if before else 0.0
    tail = _seconds(after.out_offset) if after else 0.0
    duration = head + _seconds(shown.duration) + tail
    begins = max(0.0, _seconds(shown.start_time) - zero - (tail if speed < 0 else head) * abs(speed))
    timing: Value = {"start": _rounded(begins)}
    if speed == 0:
        timing |= {"freeze": _rounded(duration)}
    else:
        timing |= {"end": _rounded(min(begins + duration * abs(speed), end - zero))}
        is_curve = isinstance(metadata.get("speed"), list)
        timing |= {"speed": metadata["speed"] if is_curve else _rounded(abs(speed))}
        timing |= {"reverse": True} if speed < 0 else {}
    kept = {key: one for key, one in metadata.items() if key not in ("transition", "speed", "reverse")}
    return {"clip": _id(clip), **kept, **timing} | (_transition(before, losses) if before else {})


def _transition(item: Any, losses: Losses) -> Value:
    known = item.name in TRANSITIONS
    if not known and item.transition_type != otio.schema.TransitionTypes.SMPTE_Dissolve:
        losses.replaced.append(item.name or item.transition_type)
    seconds = _seconds(item.in_offset) + _seconds(item.out_offset)
    return {"transition": {"name": item.name if known else "fade", "seconds": _rounded(seconds)}}


def _music(track: Any, row: Row) -> Iterator[Value]:
    """Only clips that name a track of ours: desktop editors put the clips' own sound on audio tracks too."""
    at = 0.0
    for item in track:
        duration = _seconds(item.duration())
        metadata = _metadata(item) if isinstance(item, otio.schema.Clip) else {}
        if "track" in metadata:
            zero, ends = _file(item)
            start = _seconds(item.trimmed_range().start_time) - zero
            whole = start + duration >= ends - zero - 10**-DIGITS or "end" not in metadata
            end = {} if whole else {"end": _rounded(start + duration)}
            kept = {key: one for key, one in metadata.items() if key != "end"}
            yield {**kept, "at": _rounded(row.sooner(at)), "start": _rounded(start), **end}
        at += duration


def _other_sound(track: Any, clips: Set[str]) -> Iterator[str]:
    """Names of what neither is a track of ours nor comes with a clip."""
    for item in track:
        if isinstance(item, otio.schema.Clip) and "track" not in _metadata(item) and _id(item) not in clips:
            yield item.name


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


def _file(clip: Any) -> tuple[float, float]:
    """When its file begins and ends, in seconds of what `clip` is cut by: a camera's timecode begins where it
    likes (01:00:00:00, say). Some editors count from zero nevertheless."""
    known = getattr(clip.media_reference, "available_range", None)
    if known is None:
        return 0.0, math.inf
    shown = clip.trimmed_range().start_time
    begins, ends = (_seconds(_at_rate(one, shown)) for one in (known.start_time, known.end_time_exclusive()))
    counts_from_zero = _seconds(shown) < begins - 10**-DIGITS
    return (0.0, ends - begins) if counts_from_zero else (begins, ends)


def _at_rate(time: Any, like: Any) -> Any:
    """24 and 23.976 frames a second (60 and 59.94…) number the same frames: the number is what is meant."""
    pulled_down = 0 < abs(time.rate / like.rate - 1) < PULL_DOWN
    return otio.opentime.RationalTime(time.value, like.rate) if pulled_down else time


def _seconds(time: Any) -> float:
    return float(time.to_seconds())


def _rounded(seconds: float) -> float:
    return round(seconds, DIGITS)
