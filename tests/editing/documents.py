"""Random documents: valid ones with every feature, and the same with one thing wrong."""

import copy
import math
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from editing.engine.catalogue.effects import EFFECTS
from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document import STYLES, parse
from library.media.shapes import ASPECTS
from tests.editing.material import cut, document

SPEEDS = st.sampled_from([0.25, 0.7, 1, 1.5, 4])
WRONG: list[Any] = [{"x": []}, [[]], 1e12, math.nan, -1e12]  # none of which is valid anywhere

Value = dict[str, Any]


@st.composite
def speeds(draw: st.DrawFn) -> Any:
    if draw(st.booleans()):
        return draw(SPEEDS)
    moments = sorted(draw(st.lists(st.floats(0, 1), max_size=2)))
    return [{"at": at, "speed": draw(SPEEDS)} for at in (0, *moments, 1)]


@st.composite
def effects(draw: st.DrawFn) -> Value:
    name = draw(st.sampled_from(sorted(EFFECTS)))
    bounds = EFFECTS[name].settings.items()
    return {"name": name} | {setting: draw(st.floats(one.least, one.most)) for setting, one in bounds}


@st.composite
def cuts(draw: st.DrawFn) -> Value:
    """At least a frame long, even at four times the speed on a grid of 24: its transition is added later."""
    clip, start = draw(st.sampled_from(["a", "slow", "film", "loud"])), draw(st.floats(0, 1.4))
    look = {
        "reframe": {"mode": draw(st.sampled_from(["crop", "pad", "blur", "track"]))},
        "effects": draw(st.lists(effects(), max_size=2)),
    }
    if draw(st.integers(0, 4)) == 0:
        return {"clip": clip, "start": start, "freeze": draw(st.floats(0.05, 0.5)), **look}
    sound = {"mute": draw(st.booleans()), "gain": draw(st.floats(-20, 6))}
    pace = {"speed": draw(speeds()), "reverse": draw(st.booleans())}
    return cut(start, start + draw(st.floats(0.17, 0.5)), clip=clip, **pace, **sound, **look)


@st.composite
def edits(draw: st.DrawFn) -> Value:
    """A document of the clips of tests.editing.conftest, small and short, that `parse` accepts."""
    canvas = {"aspect": draw(st.sampled_from(sorted(ASPECTS))), "fps": draw(st.sampled_from([24, 30, 60]))}
    value = document(*draw(st.lists(cuts(), min_size=1, max_size=3)), canvas=canvas)
    value["delivery"] = {"short_side": draw(st.integers(32, 120))}
    _add_transitions(draw, value)
    _add_overlays(draw, value, float(parse(value).seconds))
    return value


@st.composite
def broken(draw: st.DrawFn) -> Value:
    """A valid document with one wrong thing somewhere in it."""
    value = copy.deepcopy(draw(edits()))
    holder, key = draw(st.sampled_from(list(entries(value))))
    holder[key] = draw(st.sampled_from(WRONG))
    return value


def _add_transitions(draw: st.DrawFn, value: Value) -> None:
    """Transitions of at most a third of either cut, so that two never overlap."""
    lengths = [float(cut.seconds) for cut in parse(value).clips]
    for index in range(1, len(lengths)):
        most, least = min(lengths[index - 1 : index + 1]) / 3, 1.01 / value["canvas"]["fps"]
        if most > least and draw(st.booleans()):
            transition = {"name": draw(st.sampled_from(TRANSITIONS)), "seconds": draw(st.floats(least, most))}
            value["clips"][index]["transition"] = transition


def _add_overlays(draw: st.DrawFn, value: Value, seconds: float) -> None:
    start = draw(st.floats(0, seconds / 2))
    shown = {"start": start, "end": draw(st.floats(start + 0.01, seconds + 0.01))}
    if draw(st.booleans()):
        value["captions"] = [{"text": "端午 {\\N}", "style": draw(st.sampled_from(sorted(STYLES))), **shown}]
    if draw(st.booleans()):
        value["stickers"] = [{"still": "red", "x": draw(st.floats(0, 1)), "opacity": 0.5, **shown}]
    if draw(st.booleans()):
        fades = {"fade_in": draw(st.floats(0, 1)), "fade_out": draw(st.floats(0, 1))}
        value["music"] = [{"track": "song", "at": start, "start": 1, "duck": draw(st.booleans()), **fades}]
    if draw(st.booleans()):
        value["delivery"]["loudness"] = -14
    if draw(st.booleans()):
        value["cover"] = start


def entries(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inside:
        yield value, key
        if isinstance(one, dict | list):
            yield from entries(one)
