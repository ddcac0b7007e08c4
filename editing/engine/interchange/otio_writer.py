"""An edit document as an OpenTimelineIO timeline."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from editing.engine.document import Cut, Document, Music, Transition, dump
from editing.engine.exact import exact

METADATA_KEY = "lingying"
DISSOLVE = "SMPTE_Dissolve"

Value = dict[str, Any]
Halves = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Media:
    """Where the file of a clip or a track is, and how many seconds it lasts."""

    url: str
    seconds: float


def write_timeline(document: Document, media: Mapping[str, Media], *, name: str = "") -> Value:
    """The document as the JSON of a timeline. `media` holds every clip and track it names."""
    value = dump(document)
    timeline = otio.schema.Timeline(name=name)
    timeline.metadata[METADATA_KEY] = {
        key: one for key, one in value.items() if key not in ("clips", "music")
    }
    picture = otio.schema.Track(name="picture", kind=otio.schema.TrackKind.Video)
    picture.extend(list(_items(document, value["clips"], media)))
    timeline.tracks.append(picture)
    for music, one in zip(document.music, value.get("music", ()), strict=True):
        timeline.tracks.append(_track(music, one, media[music.track], document))
    return dict(json.loads(timeline.to_json_string()))


def _items(document: Document, values: list[Value], media: Mapping[str, Media]) -> Iterator[Any]:
    """Clips with the transitions between them."""
    fps = document.canvas.fps
    overlaps = [exact(cut.transition.seconds) if cut.transition else Fraction(0) for cut in document.clips]
    both_sides = zip(overlaps, [*overlaps[1:], Fraction(0)], strict=True)
    for cut, value, (before, after) in zip(document.clips, values, both_sides, strict=True):
        if cut.transition:
            yield _transition(cut.transition, before / 2, fps)
        yield _clip(cut, value, (before / 2, after / 2), media[cut.clip], fps)


def _transition(transition: Transition, half: Fraction, fps: int) -> Any:
    offset = _time(half, fps)
    return otio.schema.Transition(transition.name, DISSOLVE, offset, offset)


def _clip(cut: Cut, value: Value, given: Halves, media: Media, fps: int) -> Any:
    """`given`: seconds of the edit that its two transitions take, at its beginning and at its end."""
    speed = (exact(cut.end) - exact(cut.start)) / cut.seconds
    begins = exact(cut.start) + given[1 if cut.reverse else 0] * speed  # in the clip's own order
    clip = _named(cut.clip, TimeRange(_time(begins, fps), _time(cut.seconds - sum(given), fps)), media, fps)
    kept = {key: one for key, one in value.items() if key not in ("start", "end", "freeze")}
    clip.metadata[METADATA_KEY] = kept
    if cut.freeze is not None:
        clip.effects.append(otio.schema.FreezeFrame())
    elif speed != 1 or cut.reverse:
        clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(-speed if cut.reverse else speed)))
    return clip


def _track(music: Music, value: Value, media: Media, document: Document) -> Any:
    fps = document.canvas.fps
    track = otio.schema.Track(name="music", kind=otio.schema.TrackKind.Audio)
    if music.at:
        track.append(otio.schema.Gap(duration=_time(exact(music.at), fps)))
    heard = _time(music.seconds(media.seconds, document.seconds), fps)
    clip = _named(music.track, TimeRange(_time(exact(music.start), fps), heard), media, fps)
    clip.metadata[METADATA_KEY] = {key: one for key, one in value.items() if key not in ("at", "start")}
    track.append(clip)
    return track


def _named(name: str, shown: TimeRange, media: Media, fps: int) -> Any:
    whole = TimeRange(RationalTime(0, fps), _time(exact(media.seconds), fps))
    reference = otio.schema.ExternalReference(target_url=media.url, available_range=whole)
    return otio.schema.Clip(name=name, media_reference=reference, source_range=shown)


def _time(seconds: Fraction, fps: int) -> RationalTime:
    return RationalTime(float(seconds * fps), fps)
