"""Subtitle files, in and out: text and times survive, anything else in a file does not."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.engine.document import Caption
from editing.engine.import_errors import CuesBackwards, CuesCut, CuesEmpty, CuesTooLate, CuesUnreadable
from editing.engine.text.charsets import CharsetUnclear, text_of
from editing.engine.text.subtitles import (
    Cue,
    NoSubtitles,
    beyond,
    clipped,
    read_cues,
    read_subtitles,
    write_srt,
    write_vtt,
)

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


ONE, TWO = "00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000"
BOTH = f"1\n{ONE}\none\n\n2\n{TWO}\ntwo\n"
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not said
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\b1}one
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,two
"""
TTML = """<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="00:00:01.000" end="00:00:02.000">one</p>
<p begin="3s" end="4s">two</p></div></body></tt>"""
PARAMETERS = 'xmlns:p="http://www.w3.org/ns/ttml#parameter"'
AS_PEOPLE_WRITE_THEM = {
    "no empty line between cues": f"1\n{ONE}\none\n2\n{TWO}\ntwo\n",
    "nor numbers": f"{ONE}\none\n{TWO}\ntwo\n",
    "numbers left out": f"{ONE}\none\n\n{TWO}\ntwo\n",
    "wrong numbers": f"7\n{ONE}\none\n\n7\n{TWO}\ntwo\n",
    "numbers with a point": f"1.\n{ONE}\none\n\n#2\n{TWO}\ntwo\n",
    "byte order mark": "\ufeff" + BOTH,
    "byte order mark read as Latin": "ï»¿" + BOTH,
    "two byte order marks": "\ufeff\ufeff" + BOTH,
    "points for commas": BOTH.replace(",", "."),
    "no milliseconds": BOTH.replace(",000", ""),
    "spaces within times": BOTH.replace(",", ", "),
    "times with one digit": "1\n0:0:1,0 --> 0:0:2,0\none\n\n2\n0:0:3,0 --> 0:0:4,0\ntwo\n",
    "milliseconds after a colon": BOTH.replace(",", ":"),
    "old Mac line ends": BOTH.replace("\n", "\r"),
    "Windows line ends": BOTH.replace("\n", "\r\n"),
    "doubled line ends": BOTH.replace("\n", "\r\r\n"),
    "every second line empty": BOTH.replace("\n", "\n\n"),
    "line separators": BOTH.replace("\n", "\u2028"),
    "a space on the empty line": BOTH.replace("\n\n", "\n \n"),
    "a full-width space there": BOTH.replace("\n\n", "\n\u3000\n"),
    "full-width digits": BOTH.replace("00:00", "００：００"),
    "positions": BOTH.replace("2,000", "2,000 X1:100 X2:200").replace("two", "{\\an8}two"),
    "font tags": BOTH.replace("one", '<font color="#fff" size=3>one</font>').replace("two", "<B>two</B>"),
    "tags that are not closed": BOTH.replace("one", "<i>one").replace("two", "two</b>"),
    "arrows of another kind": BOTH.replace("-->", "->", 1).replace("-->", "–>"),
    "an arrow of one letter": BOTH.replace("-->", "→"),
    "no spaces around the arrow": BOTH.replace(" --> ", "-->"),
    "out of order": f"2\n{TWO}\ntwo\n\n1\n{ONE}\none\n",
    "words on the line of times": f"1\n{ONE} one\n\n2\n{TWO} two\n",
    "WebVTT": "WEBVTT - x\nKind: captions\n\nNOTE\nx\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nid1\n"
    "00:01.000 --> 00:02.000 align:start position:0% region:a\n<v Ann>one</v>\n\n"
    "00:03.000 --> 00:04.000\n<00:03.000><c.red>two</c>\n\nNOTE no words of a cue\n",
    "WebVTT of a segment": "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n"
    + BOTH.replace(",", "."),
    "SBV": "0:00:01.000,0:00:02.000\none\n\n0:00:03.000,0:00:04.000\ntwo\n",
    "LRC": "[ti:x]\n[00:01.00]one\n[00:02.00]\n[00:03.00]two\n[00:04.00]\n",
    "LRC with an offset": "[offset:+500]\n[00:01.5]one\n[00:02.50]\n[00:03.500]two\n[00:04.50]\n",
    "ASS": ASS,
    "MicroDVD": "{1}{1}25\n{25}{50}one\n{75}{100}two\n",
    "MPL2": "[10][20]one\n[30][40]two\n",
    "TTML": TTML,
    "TTML that says how long": TTML.replace('end="4s"', 'dur="1.0s"'),
    "TTML in frames": TTML.replace("<tt", f'<tt {PARAMETERS} p:frameRate="25"')
    .replace("02.000", "01:25")
    .replace("4s", "100f"),
    "TTML in ticks": TTML.replace("<tt", f'<tt {PARAMETERS} p:tickRate="10000000"').replace(
        "3s", "30000000t"
    ),
    "DFXP": TTML.replace("ns/ttml", "2006/10/ttaf1"),
    "marks of direction around times": BOTH.replace("00:00:0", "\u202b\u200f00:00:0"),
    "an unseen space after times": BOTH.replace("2,000", "2,000\u200b"),
    "arrows with a space in them": BOTH.replace("-->", "- ->"),
    "arrows of HTML": BOTH.replace("-->", "--&gt;"),
}
WORDS = {
    "1 < 2 and 3 > 2": "1 < 2 and 3 > 2",
    "I <3 you > all": "I <3 you > all",
    "a <b and c> d": "a <b and c> d",
    "one\n\nmore": "one\n\nmore",
    "one\\Nmore": "one\nmore",
    "one<br/>more": "one\nmore",
    "Tom &amp; Jerry &lt;3 R&D &#9731;": "Tom & Jerry <3 R&D ☃",
    "C:\\new": "C:\\new",
    "C:\\home": "C:\\home",
    "\\h\\h\\hone \\h more": "one   more",
    "2": "2",
    "in\n1984": "in\n1984",
    "{y:i}one": "one",
    "<ruby>龙<rt>lóng</rt></ruby>": "龙lóng",
    "\u200fשלום": "\u200fשלום",
    "  one  ": "one",
}


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


@pytest.mark.parametrize(
    "text",
    [
        "{25}{50}no rate is named\n",
        TTML.replace("<tt", '<!DOCTYPE x [<!ENTITY a "aaaa">]><tt', 1).replace("one", "&a;"),
        TTML[:-30],
        TTML.replace("<body", '<body timeContainer="seq"'),
        TTML.replace("3s", "soon"),
        ASS.split("[Events]")[0],
        "[00:00.00]\n",
    ],
    ids=[
        "MicroDVD without a rate",
        "TTML with entities",
        "TTML cut short",
        "TTML of one after another",
        "TTML with a time that is none",
        "ASS without events",
        "an empty LRC",
    ],
)
def test_other_kinds_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(NoSubtitles):
        read_cues(text)


def test_cues_after_the_end_are_left_out_and_the_last_is_cut() -> None:
    assert list(clipped(read_cues(SRT), 2)) == [Cue("端午节\n赛龙舟", 1.0, 2)]


@pytest.mark.parametrize("text", AS_PEOPLE_WRITE_THEM.values(), ids=AS_PEOPLE_WRITE_THEM)
def test_a_file_is_read_as_people_and_tools_write_it(text: str) -> None:
    assert read_cues(text) == [Cue("one", 1.0, 2.0), Cue("two", 3.0, 4.0)]


@pytest.mark.parametrize("written", WORDS)
def test_the_words_of_a_cue_are_what_is_meant(written: str) -> None:
    assert read_cues(f"1\n{ONE}\n{written}\n\n2\n{TWO}\ntwo\n")[0].text == WORDS[written]


def test_cues_may_overlap_and_lie_beyond_a_hundred_hours() -> None:
    overlapping = read_cues(f"1\n{ONE}\none\n\n2\n00:00:01,500 --> 100:00:04,000\ntwo\n")

    assert overlapping == [Cue("one", 1.0, 2.0), Cue("two", 1.5, 360004.0)]
    assert read_cues("1\n-00:00:01,000 --> 00:00:02,000\none\n") == [Cue("one", 0.0, 2.0)]


def test_what_is_left_out_is_told() -> None:
    cues, dropped = read_subtitles(
        f"1\n{ONE}\none\n\n2\n00:0x:03,000 --> 00:00:04,000\nbad\n\n"
        "3\n00:00:05,000 --> 00:00:05,000\nno length\n\n"
        "4\n00:00:09,000 --> 00:00:06,000\nbackwards\n\n5\n00:00:07,000 --> 00:00:08,000\n<i></i>\n"
    )

    assert cues == [Cue("one", 1.0, 2.0)]
    assert [(type(one), one.params) for one in dropped] == [
        (CuesUnreadable, {"count": 1}),
        (CuesBackwards, {"count": 2, "seconds": 5.0}),
        (CuesEmpty, {"count": 1, "seconds": 7.0}),
    ]
    late = beyond(read_cues(SRT), 2)
    assert [(type(one), one.params) for one in late] == [
        (CuesTooLate, {"count": 1, "seconds": 60.0}),
        (CuesCut, {"count": 1, "seconds": 1.0}),
    ]


SAID = {
    "gb18030": "端午节快乐\n赛龙舟开始了",
    "big5": "端午節快樂\n賽龍舟開始了",
    "shift_jis": "ドラゴンボートレース\nこんにちは、世界",
    "euc_jp": "ドラゴンボートレース\nこんにちは、世界",
    "iso2022_jp": "ドラゴンボートレース\nこんにちは、世界",
    "euc_kr": "용선 경주가 시작됩니다\n안녕하세요",
    "cp1251": "Привет, мир\nГонки на лодках",
    "koi8-r": "Привет, мир\nГонки на лодках",
    "cp1252": "Ça va être l’été\ndéjà vu à Paris",
    "cp1250": "Zażółć gęślą jaźń\nDzień dobry",
    "cp1253": "Καλημέρα κόσμε\nο αγώνας αρχίζει",
    "cp1254": "Günaydın dünya\niyi akşamlar",
    "cp1255": "שלום עולם\nהמרוץ מתחיל",
    "cp1256": "مرحبا بالعالم\nيبدأ السباق",
    "cp874": "สวัสดีชาวโลก\nการแข่งขันเริ่มแล้ว",
    "utf-8": "端午节 🎉",
    "utf-8-sig": "端午节 🎉",
    "utf-16": "端午节 🎉",
    "utf-16-le": "端午节 🎉",
    "utf-16-be": "端午节 🎉",
    "utf-32": "端午节 🎉",
}


@pytest.mark.parametrize("charset", SAID)
def test_a_file_whose_charset_nobody_said_is_read(charset: str) -> None:
    data = f"1\n{ONE}\n{SAID[charset]}\n\n2\n{TWO}\n{SAID[charset]}\n".encode(charset)

    assert read_cues(text_of(data))[0].text == SAID[charset]


def test_a_byte_order_mark_that_lies_and_a_broken_letter_do_no_harm() -> None:
    gb = f"1\n{ONE}\n端午节快乐\n\n2\n{TWO}\n赛龙舟开始了\n"

    assert read_cues(text_of(b"\xef\xbb\xbf" + gb.encode("gb18030")))[0].text == "端午节快乐"
    assert read_cues(text_of(b"\xff\xfe" + gb.encode()))[0].text == "端午节快乐"
    assert read_cues(text_of(gb.encode().strip()[:-1]))[0].text == "端午节快乐"


def test_who_knows_the_charset_says_it() -> None:
    assert text_of("мир".encode("koi8-r"), "koi8-r") == "мир"
    with pytest.raises(CharsetUnclear, match="gb18030"):
        text_of(b"\xff\xff", "utf-8")


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


@pytest.mark.parametrize("write", [write_srt, write_vtt])
def test_words_that_look_like_times_or_line_breaks_are_read_back(write: Any) -> None:
    text = f"C:\\New \\h\n{ONE}\na --> b"

    assert [cue.text for cue in read_cues(write([Caption(text=text, start=0, end=1)]))] == [text]


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
