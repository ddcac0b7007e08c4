"""Retiming: speed curves, reverse and freeze frames; every frame counted, sound in sync."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render.command import compile
from editing.engine.source import Source
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, heard, level, numbers

JUMP = [{"at": 0, "speed": 1}, {"at": 0.5, "speed": 1}, {"at": 0.5, "speed": 3}, {"at": 1, "speed": 3}]
RAMP = [{"at": 0, "speed": 0.5}, {"at": 1, "speed": 3}]


def test_a_curve_may_jump_from_one_speed_to_another(rendered: Rendered) -> None:
    shown = numbers(rendered(document(cut(0, 2, speed=JUMP))))

    assert shown == [*range(30), *(n for n in range(31, 60, 3))]


def test_a_ramp_only_ever_gets_faster(rendered: Rendered) -> None:
    value = document(cut(0, 2, speed=RAMP))
    shown = numbers(rendered(value))

    assert len(shown) == parse(value).frames == 43  # ∫ds/v would be 43.0: 2 · ln 6 / 2.5 s
    steps = np.diff(shown)
    assert shown[:4] == [0, 0, 1, 2]
    assert shown[-1] >= 56
    assert steps[:20].mean() < steps[20:].mean()


def test_a_reversed_cut_begins_with_the_last_frame_and_ends_with_the_first(rendered: Rendered) -> None:
    assert numbers(rendered(document(cut(0.5, 1, reverse=True)))) == list(range(29, 14, -1))


def test_a_curve_follows_the_order_of_playing_also_in_reverse(rendered: Rendered) -> None:
    shown = numbers(rendered(document(cut(0, 2, speed=JUMP, reverse=True))))

    assert shown[:30] == list(range(59, 29, -1))
    assert set(np.diff(shown[31:])) == {-3}


def test_a_freeze_frame_holds_and_is_silent(rendered: Rendered) -> None:
    frozen = {"clip": "loud", "start": 1, "freeze": 0.5}
    out = rendered(document(cut(0, 0.5, clip="loud"), frozen, {"clip": "a", "start": 3, "freeze": 0.1}))

    assert numbers(out) == [*range(15), *[30] * 15, *[89] * 3]
    assert level(heard(out), 0.1, 0.4) > 0.05 > 0.001 > level(heard(out), 0.6, 0.9)


def test_the_sound_of_a_reversed_cut_is_reversed_too(rendered: Rendered) -> None:
    sound = heard(rendered(document(cut(0.1, 0.9, clip="beeps", reverse=True))))

    assert [round(begins, 2) for begins in beeps(sound)] == [0.35]  # 0.5..0.55 of the clip


@pytest.mark.parametrize("speed", [JUMP, RAMP, 0.5], ids=["jump", "ramp", "half"])
def test_sound_follows_the_picture_along_a_curve(rendered: Rendered, speed: Any) -> None:
    """The beeps of frames 0, 15, 30 and 45 are heard when those frames are seen."""
    out = rendered(document(cut(0, 2, clip="beeps", speed=speed)))
    shown, begun = numbers(out), list(beeps(heard(out)))

    seen = [
        next(index for index, number in enumerate(shown) if number >= frame) / 30 for frame in (0, 15, 30, 45)
    ]
    assert len(begun) == 4
    assert np.abs(np.array(begun) - seen).max() < 0.08


def beeps(sound: np.ndarray[Any, Any]) -> Iterator[float]:
    """When each beep begins, in seconds."""
    window = 480
    levels = [
        level(sound, at / 48_000, (at + window) / 48_000) for at in range(0, len(sound) - window, window)
    ]
    loud = [value > 0.08 for value in levels]
    yield from (
        at * window / 48_000 for at, now in enumerate(loud) if now and not any(loud[max(0, at - 3) : at])
    )


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        (cut(0, 1, speed=[{"at": 0, "speed": 1}]), "clips[0].speed", "wrong-count"),
        (cut(0, 1, speed=[{"at": 0, "speed": 1}, {"at": 0.9, "speed": 1}]), "clips[0].speed", "curve-uneven"),
        (cut(0, 1, speed=[{"at": 1, "speed": 1}, {"at": 0, "speed": 1}]), "clips[0].speed", "curve-uneven"),
        (cut(0, 1, speed=[{"at": 0, "speed": 9}, {"at": 1}]), "clips[0].speed[0].speed", "out-of-range"),
        (cut(0, 1, reverse="yes"), "clips[0].reverse", "wrong-type"),
        (cut(0, 1, freeze=1), "clips[0].end", "frozen-ends"),
        ({"clip": "a", "start": 1, "freeze": 0.001}, "clips[0].freeze", "out-of-range"),
        ({"clip": "a", "start": 1, "freeze": 1, "speed": 2}, "clips[0].speed", "unknown-field"),
    ],
)
def test_a_cut_that_cannot_be_played_is_refused_with_its_path(
    value: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(document(value))

    assert {problem.field: problem.code for problem in caught.value.problems}[path] == code


def test_more_than_memory_holds_is_not_reversed() -> None:
    value = document(cut(0, 60, reverse=True), canvas={"aspect": "9:16"}, delivery={"short_side": 1080})

    with pytest.raises(DocumentInvalid, match=r"at most 11\.5 s"):
        parse(value)
    assert parse(value | {"delivery": {"short_side": 360}})


def test_a_freeze_frame_past_the_end_is_refused(clips: dict[str, Source], tmp_path: Path) -> None:
    with pytest.raises(DocumentInvalid, match=r"clips\[0\].start"):
        compile(parse(document({"clip": "a", "start": 4, "freeze": 1})), clips, tmp_path / "out.mp4")
