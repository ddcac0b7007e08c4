"""What an edit document may say, and how it is refused where it is wrong."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import errors
from editing.engine import document as doc
from editing.engine.document import MODES, dump, parse
from editing.engine.errors import DocumentInvalid
from editing.engine.timing.timeline import spans
from library.media.shapes import ASPECTS
from tests.editing.material import cut, document

unhurried = settings(deadline=None, max_examples=60)
seconds = st.floats(0.2, 5, allow_nan=False)


@st.composite
def cuts(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.floats(0, 100))
    focus = {"x": draw(st.floats(0, 1)), "y": draw(st.floats(0, 1))}
    reframe = {"mode": draw(st.sampled_from(MODES)), "focus": focus}
    return cut(start, start + draw(seconds), speed=draw(st.floats(0.25, 4)), reframe=reframe)


documents = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "canvas": st.fixed_dictionaries(
            {"aspect": st.sampled_from(sorted(ASPECTS))}, optional={"fps": st.integers(20, 60)}
        ),
        "clips": st.lists(cuts(), min_size=1, max_size=8),
    },
    optional={"delivery": st.fixed_dictionaries({"short_side": st.integers(32, 2000)})},
)
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def problems(value: Any) -> dict[str, str]:
    with pytest.raises(DocumentInvalid) as caught:
        parse(value)
    return {str(problem.field): problem.code for problem in caught.value.problems}


@unhurried
@given(documents)
def test_a_document_survives_being_written_and_read(value: dict[str, Any]) -> None:
    once = parse(value)

    assert parse(json.loads(json.dumps(dump(once)))) == once


@unhurried
@given(documents)
def test_the_cuts_of_a_document_fill_its_frames_without_gap_or_overlap(value: dict[str, Any]) -> None:
    read = parse(value)
    laid = spans(read)

    assert laid[0].first == 0
    assert all(later.first == sooner.first + sooner.frames for sooner, later in pairwise(laid))
    assert laid[-1].first + laid[-1].frames == read.frames
    assert all(span.frames >= 1 for span in laid)
    assert all(side % 2 == 0 for side in read.size)


@unhurried
@given(anything | documents.flatmap(lambda value: st.just(value | {"canvas": 3})))
def test_what_is_not_a_document_is_refused_with_a_message_and_never_crashes(value: Any) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(value)

    assert str(caught.value)
    assert json.dumps(caught.value.as_dict())


def test_all_problems_are_reported_at_once_each_with_its_path() -> None:
    value = {
        "version": 2,
        "canvas": {"aspect": "2:1"},
        "clips": [cut(0, 1), cut(3, 2, speed=9, spped=1), {"clip": 7, "end": "x"}],
        "captions": [{"text": "  ", "start": 0, "end": 1}],
        "musik": [],
    }

    assert problems(value) == {
        "version": "not-one-of",
        "canvas.aspect": "not-one-of",
        "clips[1].end": "end-before-start",
        "clips[1].speed": "out-of-range",
        "clips[1].spped": "unknown-field",
        "clips[2].clip": "wrong-type",
        "clips[2].end": "wrong-type",
        "captions[0].text": "blank-text",
        "musik": "unknown-field",
    }


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        (document(), "clips", "wrong-count"),
        (document(cut(0, 1), canvas={}), "canvas", "one-canvas"),
        (document(cut(0, 1), canvas={"aspect": "1:1", "size": [64, 64]}), "canvas", "one-canvas"),
        (document(cut(0, 1), canvas={"size": [65, 64]}), "canvas.size", "odd-size"),
        (document(cut(0, 1), canvas={"size": [64]}), "canvas.size", "wrong-count"),
        (document(cut(0, 1), canvas={"aspect": "1:1", "fps": 29.97}), "canvas.fps", "wrong-type"),
        (document(cut(0, 1), canvas={"aspect": "1:1", "fps": True}), "canvas.fps", "wrong-type"),
        (document(cut(0, 0.01)), "clips[0].end", "edit-too-short"),
        (document(cut(0, 400), cut(0, 400)), "clips", "edit-too-long"),
        (document(cut(0, float("nan"))), "clips[0].end", "out-of-range"),
        (document(cut(0, 10**400)), "clips[0].end", "out-of-range"),
        (document(cut(0, 1, clip="a\0")), "clips[0].clip", "broken-text"),
        (document(cut(0, 1), captions=[{"text": "\ud800x", "end": 1}]), "captions[0].text", "broken-text"),
        (document(cut(0, 1), **{"\ud800": 1}), "\\ud800", "unknown-field"),
        (document(cut(0, 1, transition="fade")), "clips[0].transition", "wrong-type"),
        (document(cut(0, 1, reframe={"mode": "chase"})), "clips[0].reframe.mode", "not-one-of"),
        (document(cut(0, 1), delivery={"upscaler": "span"}), "delivery.upscaler", "not-one-of"),
        (
            document(cut(0, 1), captions=[{"text": "a", "start": 0, "end": 9}]),
            "captions[0].end",
            "out-of-range",
        ),
        (
            document(cut(0, 1), canvas={"size": [64, 5000]}, delivery={"short_side": 720}),
            "delivery.short_side",
            "edit-too-wide",
        ),
    ],
)
def test_a_document_is_refused_where_it_asks_for_what_does_not_exist(
    value: dict[str, Any], path: str, code: str
) -> None:
    assert problems(value)[path] == code


CURVE_OF_ONE = [{"at": "x", "speed": 9}]
LIKE_A_TAG: dict[str, Any] = {"<Cut>": 1}
FROZEN = {"clip": "a", "start": 1, "freeze": 2}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (document(cut(0, 1), version=True), {"version": "not-one-of"}),
        (document(cut(0, 1), version=1.0), {"version": "not-one-of"}),
        (document(cut(0, 1), version=10**5000), {"version": "not-one-of"}),
        (document(cut(0, 1), canvas={"size": [64, 64], "fps": 0}), {"canvas.fps": "out-of-range"}),
        (document(cut(0, 1), canvas={"size": [64, 64], "fps": 10**400}), {"canvas.fps": "out-of-range"}),
        (document(cut(0, 1), canvas={"size": [31, 64]}), {"canvas.size[0]": "out-of-range"}),
        (document(cut(0, 1), canvas={"fps": 0}), {"canvas": "one-canvas", "canvas.fps": "out-of-range"}),
        (document(cut(0, 1), delivery={"short_side": 9999}), {"delivery.short_side": "out-of-range"}),
        (document(cut(0, 1, spped=None)), {"clips[0].spped": "unknown-field"}),
        (document(cut(0, 1, **LIKE_A_TAG)), {"clips[0].<Cut>": "unknown-field"}),
        (document(cut(0, 1, speed=CURVE_OF_ONE)), {"clips[0].speed": "wrong-count"}),
        (document(cut(0, 1, reframe={"mode": "\ud800"})), {"clips[0].reframe.mode": "not-one-of"}),
        (document(FROZEN | {"end": "x"}), {"clips[0].end": "frozen-ends"}),
        (document(FROZEN | {"speed": 1}), {"clips[0].speed": "unknown-field"}),
        (document(FROZEN | {"transition": {"\ud800": 1}}), {"clips[0].transition.\\ud800": "unknown-field"}),
        (document(cut(0, 1, effects=[{"amount": 9}])), {"clips[0].effects[0].name": "required"}),
        (document(cut(0, 1, effects=[{"name": [], "x": 1}])), {"clips[0].effects[0].name": "not-one-of"}),
    ],
)
def test_a_wrong_value_is_told_as_what_it_is_and_nothing_beside_it(
    value: dict[str, Any], told: dict[str, str]
) -> None:
    assert problems(value) == told


def test_null_is_the_same_as_nothing_wherever_something_may_be_left_out() -> None:
    looks: dict[str, Any] = {
        "reframe": {"mode": None},
        "transition": None,
        "effects": [{"name": "blur", "amount": None}],
    }
    led: dict[str, Any] = looks | {"transition": {"name": None, "seconds": None}}
    value = document(cut(0, 2, mute=None, **looks), cut(0, 2, **led), FROZEN | led, cover=None)
    plain: dict[str, Any] = {"effects": [{"name": "blur"}], "transition": {}}

    assert parse(value) == parse(
        document(cut(0, 2, effects=[{"name": "blur"}]), cut(0, 2, **plain), FROZEN | plain)
    )


def test_what_is_written_names_every_start() -> None:
    """Documents are compared as they are stored: one that is saved again unchanged is no new revision."""
    caption = {"text": "a", "start": 0.0, "end": 1.0}
    value = document({"clip": "a", "start": 0.0, "end": 2.0}, captions=[caption])

    assert dump(parse(value)) == value


@pytest.mark.parametrize("item", [{}, {"text": "a", "end": 1}, 7])
def test_a_list_that_is_too_long_is_counted_and_not_read(item: Any) -> None:
    assert problems(document(cut(0, 1), captions=[item] * 500_000)) == {"captions": "wrong-count"}


@pytest.mark.parametrize("name", ["captions", "cover", "musik"])
def test_depth_does_no_harm(name: str) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    assert list(problems(document(cut(0, 1), **{name: deep})).values()) in (["wrong-type"], ["unknown-field"])


def test_a_stored_problem_is_a_sentence_in_the_readers_language() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        parse(document(cut(2, 1)))
    stored = json.loads(json.dumps(caught.value.as_dict()))

    assert "clips[0].end: The end must" in errors.render_message(stored)
    assert "LE FIN" in errors.render_message(stored, lambda text: text.replace("The end", "LE FIN"))


def test_frames_are_counted_from_decimals_not_from_binary_fractions() -> None:
    tenths = parse(document(*[cut(0.1, 0.2)] * 10))

    assert tenths.seconds == 1
    assert [span.frames for span in spans(tenths)] == [3] * 10


def test_a_canvas_keeps_its_shape_when_delivered_larger() -> None:
    assert parse(document(cut(0, 1), delivery={"short_side": 192})).size == (320, 192)
    assert doc.scaled((1170, 2532), 1080) == (1080, 2338)
