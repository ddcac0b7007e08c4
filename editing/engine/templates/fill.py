"""Templates (一键成片): documents with slots, filled from a creator's clips, cut on the beats of a track."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import median
from typing import Any

from editing.engine import errors
from editing.engine.document import SPEEDS, Document, parse
from editing.engine.errors import raise_for

FOLDER = Path(__file__).parent
FADE_OUT = 1.0  # seconds of the music, at the end
TITLE_SECONDS = 2.0
LOUDNESS = -14.0  # LUFS, with music


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one clip: how many beats it lasts, and what its cut has beside clip and times."""

    beats: int
    speed: float = 1.0
    effects: tuple[Mapping[str, Any], ...] = ()
    transition: Mapping[str, Any] | None = None

    @property
    def overlap(self) -> float:
        """Seconds of its transition: it is seen so long before its first beat, with the slot before."""
        return float(self.transition["seconds"]) if self.transition else 0.0


@dataclass(frozen=True, slots=True)
class Template:
    """`title` by language; `bpm` is the tempo without music."""

    name: str
    title: Mapping[str, str]
    aspect: str
    bpm: float
    slots: tuple[Slot, ...]
    reframe: str = "crop"

    @property
    def beats(self) -> int:
        return sum(slot.beats for slot in self.slots)

    @property
    def seconds(self) -> float:
        """How long it plays without music."""
        return round(self.beats * 60 / self.bpm, 3)


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip and how many seconds it lasts."""

    clip: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """A track, how many seconds it lasts, and its beats, in seconds (none if it has none)."""

    track: str
    seconds: float
    beats: tuple[float, ...]


@cache
def templates() -> Mapping[str, Template]:
    """Every template by its name, in the order of names."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> Template:
    value = tomllib.loads(path.read_text(encoding="utf-8"))
    slots = tuple(Slot(**slot | {"effects": tuple(slot.get("effects", ()))}) for slot in value.pop("slots"))
    return Template(name=path.stem, slots=slots, **value)


def fill_template(
    template: Template,
    footage: Sequence[Footage],
    *,
    soundtrack: Soundtrack | None = None,
    title: str = "",
) -> Document:
    """The template as a document: its slots take the clips in turn, again from the first where there are
    fewer, each time a later part. Raises DocumentInvalid where a clip is too short, however slowed down."""
    grid = _slot_boundaries(template, soundtrack.beats if soundtrack else ())
    cuts = _cuts(template, footage, grid, mute=soundtrack is not None)
    value: dict[str, Any] = {
        "version": 1,
        "canvas": {"aspect": template.aspect},
        "clips": cuts,
    }
    if soundtrack:
        value |= {"music": [_music(soundtrack, grid)], "delivery": {"loudness": LOUDNESS}}
    if title:
        last = min(TITLE_SECONDS, grid[-1] - grid[0])
        value["captions"] = [{"text": title, "start": 0, "end": round(last, 3), "style": "title"}]
    return parse(value)


def _music(soundtrack: Soundtrack, grid: Sequence[float]) -> dict[str, Any]:
    start, end = round(grid[0], 3), round(min(grid[-1], soundtrack.seconds), 3)
    fade = round(min(FADE_OUT, (end - start) / 4), 3)
    return {"track": soundtrack.track, "start": start, "end": end, "fade_out": fade}


def _slot_boundaries(template: Template, beats: Sequence[float]) -> list[float]:
    """Where the slots meet, in seconds of the track: on its beats, then on at their median interval."""
    steps = [after - before for before, after in pairwise(beats)]
    step = median(steps) if steps else 60 / template.bpm
    known = list(beats) or [0.0]
    while len(known) <= template.beats:
        known.append(known[-1] + step)
    return [known[beat] for beat in accumulate((slot.beats for slot in template.slots), initial=0)]


def _cuts(
    template: Template, footage: Sequence[Footage], grid: Sequence[float], *, mute: bool
) -> list[dict[str, Any]]:
    cuts, too_short = [], dict[int, float]()  # by index of the clip: the seconds its longest slot needs
    for index, (slot, (begin, end)) in enumerate(zip(template.slots, pairwise(grid), strict=True)):
        turn, place = divmod(index, len(footage))
        turns = 1 + (len(template.slots) - 1 - place) // len(footage)
        cut = _cut(template, slot, footage[place], end - begin + slot.overlap, turn / max(1, turns - 1))
        if cut["speed"] < SPEEDS[0]:
            least = math.ceil(100 * SPEEDS[0] * (end - begin + slot.overlap)) / 100
            too_short[place] = max(least, too_short.get(place, 0))
        cuts.append(cut | {"mute": mute})
    raise_for(errors.TooShortToFill(least=least, field=f"clips[{at}]") for at, least in too_short.items())
    return cuts


def _cut(template: Template, slot: Slot, clip: Footage, seconds: float, place: float) -> dict[str, Any]:
    """The part of `clip` that lasts `seconds` in the edit, from its beginning (`place` 0) to its end (1)."""
    played = min(seconds * slot.speed, clip.seconds)
    start = round((clip.seconds - played) * place, 3)
    cut: dict[str, Any] = {
        "clip": clip.clip,
        "start": start,
        "end": round(start + played, 3),
        "speed": round(played / seconds, 6),
        "reframe": {"mode": template.reframe},
        "effects": [dict(effect) for effect in slot.effects],
    }
    return cut | ({"transition": dict(slot.transition)} if slot.transition else {})
