"""Kinds of objects that OpenTimelineIO does not know: a plug-in's, or a later version's.

It refuses a timeline that holds one where it expects a kind of its own. Here each becomes the plainest kind
that may stand in its place, under its own name, so that what it was is told and the rest is read.
"""

from collections.abc import Callable, Mapping
from typing import Any

import opentimelineio as otio

Value = dict[str, Any]
KNOWN = frozenset(otio.core.type_version_map())


def with_known_kinds(value: Any) -> Any:
    """The JSON of a timeline, in which every child, effect, marker and media reference is of a known kind."""
    if isinstance(value, list):
        return [with_known_kinds(one) for one in value]
    if not isinstance(value, dict):
        return value
    known = {key: with_known_kinds(one) for key, one in value.items()}
    return known | {key: _in_place(known[key], PLACES[key]) for key in PLACES.keys() & known.keys()}


def _in_place(value: Any, replaced: Callable[[Value], Value]) -> Any:
    """`value` is one object, a list of them, or several by name."""
    if _is_unknown(value):
        return replaced(value)
    if isinstance(value, list):
        return [replaced(one) if _is_unknown(one) else one for one in value]
    if isinstance(value, dict) and "OTIO_SCHEMA" not in value:
        return {name: replaced(one) if _is_unknown(one) else one for name, one in value.items()}
    return value


def _is_unknown(value: Any) -> bool:
    return isinstance(value, dict) and "OTIO_SCHEMA" in value and _kind(value) not in KNOWN


def _kind(value: Value) -> str:
    return str(value["OTIO_SCHEMA"]).partition(".")[0]


def _name(value: Value) -> str:
    return str(value.get("name") or _kind(value))


def _child(value: Value) -> Value:
    return {
        "OTIO_SCHEMA": "Stack.1",
        "name": _name(value),
        "source_range": value.get("source_range"),
        "children": [],
    }


def _effect(value: Value) -> Value:
    return {"OTIO_SCHEMA": "Effect.1", "name": _name(value), "effect_name": _kind(value)}


def _marker(value: Value) -> Value:
    start = {"OTIO_SCHEMA": "RationalTime.1", "value": 0, "rate": 1}
    at = {"OTIO_SCHEMA": "TimeRange.1", "start_time": start, "duration": start}
    return {"OTIO_SCHEMA": "Marker.2", "name": _name(value), "marked_range": at}


def _reference(value: Value) -> Value:
    url = value.get("target_url")
    kind = "ExternalReference.1" if isinstance(url, str) else "MissingReference.1"
    known = {"OTIO_SCHEMA": kind, "available_range": value.get("available_range")}
    return known | ({"target_url": url} if isinstance(url, str) else {})


PLACES: Mapping[str, Callable[[Value], Value]] = {
    "children": _child,
    "effects": _effect,
    "markers": _marker,
    "media_reference": _reference,
    "media_references": _reference,
}
