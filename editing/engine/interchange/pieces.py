"""A picture track as a row of clips: gaps closed, nested sequences opened, and what has no place noted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import opentimelineio as otio

from editing.engine.interchange.losses import Losses

DEEPEST = 8  # sequences within each other; desktop editors warn of three
VIDEO = otio.schema.TrackKind.Video


@dataclass(frozen=True, slots=True)
class Piece:
    """A clip with the transitions beside it that it shares with another."""

    clip: Any
    before: Any | None
    after: Any | None


@dataclass(slots=True)
class Row:
    """The clips of a track, and the holes in it that were closed: (when, how long), in seconds."""

    pieces: list[Piece] = field(default_factory=list)
    closed: list[tuple[float, float]] = field(default_factory=list)

    def sooner(self, at: float) -> float:
        """When is now what was at `at` seconds before the holes were closed."""
        return at - sum(min(long, max(0.0, at - begins)) for begins, long in self.closed)


def row_of(track: Any, losses: Losses) -> Row:
    """Raises ValueError where sequences are nested too deep."""
    items, row, at = list(_flat(track, losses)), Row(), 0.0
    for place, item in enumerate(items):
        if isinstance(item, float):
            row.closed.append((at, item))
            at += item
        elif isinstance(item, otio.schema.Clip):
            before, after = _beside(items, place, -1), _beside(items, place, 1)
            row.pieces.append(Piece(item, before, after))
            at += item.trimmed_range().duration.to_seconds()
        elif not _joins(items, place):
            losses.transitions.append(item.name)
    return row


def _flat(track: Any, losses: Losses, depth: int = 0) -> Iterator[Any]:
    """Clips and transitions; a hole is its seconds."""
    if depth > DEEPEST:
        raise ValueError("Sequences nested too deep.")
    for item in track:
        if isinstance(item, otio.schema.Transition):
            yield item
            continue
        losses.note(item)
        if isinstance(item, otio.schema.Gap):
            losses.gaps.append(item.duration().to_seconds())
            yield losses.gaps[-1]
        elif isinstance(item, otio.schema.Clip) and _is_shown(item):
            yield item
        elif isinstance(item, otio.core.Composition) and item.enabled and (inner := _inner(item)) is not None:
            losses.nested.append(item.name)
            yield from _flat(inner, losses, depth + 1)
        else:
            losses.clips.append(item.name)
            yield item.duration().to_seconds()


def _is_shown(clip: Any) -> bool:
    return bool(clip.enabled) and not isinstance(clip.media_reference, otio.schema.GeneratorReference)


def _inner(nested: Any) -> Any | None:
    """The first picture track of a nested sequence, as long as that is shown."""
    tracks = [nested] if isinstance(nested, otio.schema.Track) else nested
    first = next((one for one in tracks if getattr(one, "kind", None) == VIDEO and len(one)), None)
    if first is None or nested.source_range is None:
        return first
    return otio.algorithms.track_trimmed_to_range(first, nested.source_range)


def _beside(items: list[Any], place: int, step: int) -> Any | None:
    """The transition on one side of a clip, if there is another clip behind it."""
    beside = items[place + step] if 0 <= place + step < len(items) else None
    is_transition = isinstance(beside, otio.schema.Transition)
    return beside if is_transition and _joins(items, place + step) else None


def _joins(items: list[Any], place: int) -> bool:
    around = items[place - 1 : place] + items[place + 1 : place + 2]
    return len(around) == 2 and all(isinstance(one, otio.schema.Clip) for one in around)
