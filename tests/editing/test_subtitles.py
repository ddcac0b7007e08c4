"""SRT and WebVTT, in and out: text and times survive, anything else in a file does not."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.engine.document import Caption
from editing.engine.text.subtitles import Cue, NoSubtitles, clipped, read_cues, write_srt, write_vtt

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>端午节</i>
{\\an8}赛龙舟

2
00:01:00,000 --> 00:01:02,000 X1:40 X2:600
a < b

3
00:00:03,000 --> 00:00:04,000

"""
VTT = """WEBVTT - a title

STYLE
::cue { color: yellow }

NOTE 00:00.000 --> is not a cue

intro
00:01.000 --> 00:02.5 line:0 align:start
<c.loud>Tom &amp; Jerry</c>

00:00:00.000 --> 00:00:00.900
<v Ming>早
"""


def test_an_srt_file_is_read_without_its_styling() -> None:
    assert read_cues(SRT.replace("\n", "\r\n")) == [
        Cue("端午节\n赛龙舟", 1.0, 2.5),
        Cue("a < b", 60.0, 62.0),
    ]


def test_a_webvtt_file_is_read_in_order_of_time_without_styles_and_notes() -> None:
    assert read_cues("\ufeff" + VTT) == [Cue("早", 0.0, 0.9), Cue("Tom & Jerry", 1.0, 2.5)]


@pytest.mark.parametrize(
    "text", ["", "WEBVTT", "龙舟", "1\n00:00:02,000 --> 00:00:01,000\nbackwards", "-->" * 9]
)
def test_what_holds_no_cue_is_refused(text: str) -> None:
    with pytest.raises(NoSubtitles, match="SRT or WebVTT"):
        read_cues(text)


def test_cues_after_the_end_are_left_out_and_the_last_is_cut() -> None:
    assert list(clipped(read_cues(SRT), 2)) == [Cue("端午节\n赛龙舟", 1.0, 2)]


words = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="{}<>&"), min_size=1, max_size=20
)
captions = st.builds(
    lambda text, start, lasting: Caption(text=text, start=start / 1000, end=(start + lasting) / 1000),
    st.lists(words, min_size=1, max_size=3).map("\n".join),
    st.integers(0, 500_000),
    st.integers(1, 100_000),
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(captions, min_size=1, max_size=5, unique_by=lambda one: one.start),
    st.sampled_from([write_srt, write_vtt]),
)
def test_what_is_written_is_read_back(said: list[Caption], write: Any) -> None:
    expected = [Cue(one.text, one.start, one.end) for one in sorted(said, key=lambda one: one.start)]

    assert read_cues(write(said)) == expected


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        cues = read_cues(f"1\n00:00:00,000 --> 00:00:01,000\n{text}")
    except NoSubtitles:
        return
    assert all(cue.text.strip() for cue in cues)


def test_a_markup_character_survives_webvtt() -> None:
    assert "a &lt; b" in write_vtt([Caption(text="a < b", start=0, end=1)])
    assert read_cues(write_vtt([Caption(text="a < b --> c", start=0, end=1)]))[0].text == "a < b --> c"
