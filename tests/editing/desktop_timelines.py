"""Timelines as desktop editors write them (DaVinci Resolve, Premiere's and Kdenlive's OTIO), by structure."""

from typing import Any

from editing.engine.document import parse
from editing.engine.interchange import read_timeline_and_losses

ID, OTHER = "0190a1b2-0000-7000-8000-000000000000", "0190a1b2-0000-7000-8000-000000000001"

Value = dict[str, Any]


def time_range(start: float, duration: float, rate: float) -> Value:
    """In frames."""
    times = {"start_time": start, "duration": duration}
    made = {key: {"OTIO_SCHEMA": "RationalTime.1", "value": one, "rate": rate} for key, one in times.items()}
    return {"OTIO_SCHEMA": "TimeRange.1", **made}


TWO_SECONDS = time_range(0, 50, 25)


def clip(shown: Value | None = TWO_SECONDS, file: Value | None = None, *, id_: str = ID) -> Value:
    """Two seconds of the clip `id_`, whose file lasts ten from zero on, unless said otherwise."""
    link: Value = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": f"file:///media/{id_}.mp4", "name": ""}
    link["available_range"] = file or time_range(0, 250, 25)
    return {"OTIO_SCHEMA": "Clip.1", "name": "shot", "source_range": shown, "media_reference": link}


def gap(frames: int) -> Value:
    return {"OTIO_SCHEMA": "Gap.1", "name": "", "source_range": time_range(0, frames, 25)}


def track(*children: Value, kind: str = "Video", name: str = "V1") -> Value:
    return {"OTIO_SCHEMA": "Track.1", "name": name, "kind": kind, "children": list(children)}


def timeline(*tracks: Value) -> Value:
    """As Resolve writes it: it begins at 01:00:00:00 itself."""
    start = {"OTIO_SCHEMA": "RationalTime.1", "value": 90_000, "rate": 25}
    stack = {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": list(tracks)}
    return {"OTIO_SCHEMA": "Timeline.1", "name": "edit", "global_start_time": start, "tracks": stack}


def imported_with_losses(value: Value) -> tuple[Value, dict[str, Value]]:
    """The document, which is valid, and the params of what was left out, by code."""
    document, dropped = read_timeline_and_losses(value)
    parse(document)
    return document, {one["code"]: one["params"] for one in dropped}
