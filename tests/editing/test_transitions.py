"""Transitions: both cuts are seen while they overlap, and the edit is so much shorter."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editing.engine.catalogue.transitions import TRANSITIONS
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.render.command import compile
from editing.engine.source import Source, open_source
from library.media.h264.encode import Encoder
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, heard, level, numbers, pictures


def after(start: float, end: float, lasting: float, name: str = "fade", **more: Any) -> dict[str, Any]:
    return cut(start, end, transition={"name": name, "seconds": lasting}, **more)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    """`dark` and `light`: half a second each of one grey."""
    folder, found = tmp_path_factory.mktemp("plain"), {}
    for name, grey in (("dark", 40), ("light", 220)):
        with Encoder(folder / f"{name}.mp4", width=160, height=96, fps=30) as encoder:
            for _ in range(15):
                encoder.write(np.full((96, 160, 3), grey, np.uint8))
        found[name] = open_source(folder / f"{name}.mp4")
    return found


def test_a_transition_shortens_the_edit_by_what_it_overlaps(rendered: Rendered) -> None:
    value = document(cut(0, 1), after(2, 3, 0.2))
    shown = numbers(rendered(value))

    assert len(shown) == parse(value).frames == 54
    assert shown[:24] == list(range(24))  # what only one cut shows is untouched
    assert shown[30:] == list(range(66, 90))


def test_a_fade_is_even(plain: dict[str, Source], clips: dict[str, Source], rendered: Rendered) -> None:
    clips |= plain
    out = rendered(document(cut(0, 0.5, clip="dark"), after(0, 0.5, 0.3, clip="light")))

    greys = [int(picture[48, 80, 0]) for picture in pictures(out)]
    assert greys[:7] == [greys[0]] * 7
    assert (np.diff(greys[6:16]) > 5).all()
    assert greys[-6:] == [greys[-1]] * 6


def test_transitions_may_meet_but_not_cross(rendered: Rendered) -> None:
    chain = document(cut(0, 1), after(1, 1.4, 0.2, "wipeleft"), after(2, 3, 0.2, "slideup"), cut(0, 0.3))
    assert len(numbers(rendered(chain))) == parse(chain).frames == 30 + 6 + 30 - 6 + 9

    with pytest.raises(DocumentInvalid) as caught:
        parse(document(cut(0, 1), after(1, 1.4, 0.3), after(2, 3, 0.2)))
    [problem] = caught.value.problems
    assert (problem.field, problem.code) == ("clips[2].transition.seconds", "transition-too-long")
    assert "at most 0.1 s" in str(problem)


def test_sound_fades_over_with_the_picture(rendered: Rendered) -> None:
    sound = heard(rendered(document(cut(0, 1, clip="loud"), after(0, 1, 0.5))))

    assert abs(len(sound) / 48_000 - 1.5) < 0.03
    assert level(sound, 0.1, 0.4) > 1.5 * level(sound, 0.7, 0.8) > 0.01 > 0.001 > level(sound, 1.1, 1.4)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_every_transition_keeps_the_number_of_frames(rendered: Rendered, name: str) -> None:
    canvas = {"canvas": {"size": [48, 32], "fps": 10}}

    assert len(pictures(rendered(document(cut(0, 0.5), after(1, 1.5, 0.3, name), **canvas)))) == 7


@pytest.mark.parametrize(
    ("clips_", "path", "code"),
    [
        ([after(0, 1, 0.2)], "clips[0].transition", "nothing-before"),
        ([cut(0, 1), after(0, 1, 0.01)], "clips[1].transition.seconds", "transition-too-short"),
        ([cut(0, 1), after(0, 1, 2)], "clips[1].transition.seconds", "transition-too-long"),
        ([cut(0, 1), after(0, 1, 9)], "clips[1].transition.seconds", "out-of-range"),
        ([cut(0, 1), after(0, 1, 0.2, "custom")], "clips[1].transition.name", "not-one-of"),
    ],
)
def test_an_impossible_transition_is_refused_with_its_path(clips_: Any, path: str, code: str) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(document(*clips_))

    assert {problem.field: problem.code for problem in caught.value.problems}[path] == code


def test_frames_that_do_not_overlap_are_never_converted(clips: dict[str, Source], tmp_path: Path) -> None:
    command = compile(parse(document(cut(0, 1), after(2, 3, 0.2))), clips, tmp_path / "out.mp4")
    [graph] = [argument for argument in command.args if "xfade" in argument]

    assert "trim=end_frame=30:start_frame=24" in graph and "trim=end_frame=24:start_frame=0" in graph
