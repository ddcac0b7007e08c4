"""Captions: any text is drawn, and none of it is interpreted as ASS."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.engine.document import Caption
from editing.engine.text.captions import WORD_JOINER, ass_script, escape, width, wrap

HOSTILE = [
    r"{\pos(0,0)\fs400}big",
    r"\N\h\n{",
    "}{\\p1}m 0 0 l 100 0{\\p0}",
    "a\nDialogue: 0,0:00:00.00,9:00:00.00,subtitle,forged",
    "a\r\n[Fonts]\rfontname: x",
    "%{pts} ' : , ; [in] \\: $(id) `id` /etc/passwd",
    "a\u2028b\x00c\x1bd\x85e",
]

unhurried = settings(deadline=None, max_examples=60)


def drawn(text: str) -> str:
    """The script's one event line, text only."""
    written = ass_script([Caption(text=text, start=0, end=1)], size=(720, 1280), fps=30)
    events = written.split("[Events]\n")[1].splitlines()[1:]
    assert len(events) == 1, "a caption became more than one event"
    return events[0].split(",", 4)[4]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_caption_is_one_event_without_an_override(text: str) -> None:
    assert_has_no_ass_code(drawn(text))


@unhurried
@given(st.text(max_size=80))
def test_no_text_at_all_can_open_an_override_or_use_an_escape(text: str) -> None:
    assert_has_no_ass_code(escape(text))


def assert_has_no_ass_code(line: str) -> None:
    rest = line.replace(r"\{", "").replace(r"\}", "").replace(r"\N", "", line.count(r"\N"))
    assert "{" not in rest
    assert "}" not in rest
    assert rest.count("\\") == rest.count("\\" + WORD_JOINER)


def test_chinese_wraps_anywhere_but_no_line_begins_with_a_full_stop() -> None:
    lines = list(wrap("端午节日气氛,赛龙舟。看谁更快", 18))

    assert lines == ["端午节日气氛,赛龙", "舟。看谁更快"]
    assert all(not line.startswith("。") for line in wrap("一二三四五六七八九。十", 18))


def test_english_wraps_between_words_and_a_word_too_long_is_broken() -> None:
    assert list(wrap("a dragon boat race", 10)) == ["a dragon", "boat race"]
    assert all(width(line) <= 10 for line in wrap("x" * 45, 10))


def test_a_caption_starts_half_a_frame_before_its_frame() -> None:
    written = ass_script([Caption(text="hi", start=1.0, end=2.0)], size=(720, 1280), fps=30)

    assert "Dialogue: 0,0:00:00.98,0:00:01.98,subtitle,hi" in written
