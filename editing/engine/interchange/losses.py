"""What of a timeline an edit document has no place for: counted while it is read, and told by name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import opentimelineio as otio

from editing.engine.import_errors import (
    ClipsDropped,
    Dropped,
    GapsClosed,
    MarkersDropped,
    NestedDropped,
    SoundDropped,
    TimelineEffectsDropped,
    TracksDropped,
    TransitionsDropped,
    TransitionsReplaced,
)

MOST_NAMED, MOST_LETTERS = 10, 60  # of one kind; of a name


@dataclass
class Losses:
    """Names of what is left out, by its kind; of gaps, their seconds."""

    gaps: list[float] = field(default_factory=list)
    tracks: list[str] = field(default_factory=list)
    clips: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    sounds: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    transitions: list[str] = field(default_factory=list)

    def note(self, item: Any) -> None:
        """Markers and effects of any clip, track or stack that have no counterpart here."""
        self.markers += [marker.name or "marker" for marker in item.markers]
        known = otio.schema.LinearTimeWarp if isinstance(item, otio.schema.Clip) else ()
        self.effects += [_called(one) for one in item.effects if not isinstance(one, known)]

    def told(self) -> Iterator[Dropped]:
        """One for each kind there is."""
        if self.gaps:
            yield GapsClosed(count=len(self.gaps), seconds=round(sum(self.gaps), 3))
        yield from _named(TracksDropped, self.tracks)
        yield from _named(ClipsDropped, self.clips)
        yield from _named(NestedDropped, self.nested)
        yield from _named(SoundDropped, self.sounds)
        yield from _named(MarkersDropped, self.markers)
        yield from _named(TimelineEffectsDropped, self.effects)
        yield from _named(TransitionsReplaced, self.replaced)
        yield from _named(TransitionsDropped, self.transitions)


def _called(effect: Any) -> str:
    return str(effect.effect_name or effect.name or effect.schema_name())


def _named(kind: type[Dropped], names: Sequence[str]) -> Iterator[Dropped]:
    if names:
        yield kind(count=len(names), names=_listed(names))


def _listed(names: Iterable[str]) -> str:
    different = [name[:MOST_LETTERS] for name in dict.fromkeys(names)]
    return ", ".join(different[:MOST_NAMED]) + (", …" if len(different) > MOST_NAMED else "")
