"""Captions: any text is drawn or refused by name, fits its picture, and none of it is interpreted as ASS."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.engine.catalogue.styles import STYLES
from editing.engine.document import Caption, parse
from editing.engine.errors import BlankText, CaptionTooLong, DocumentInvalid, LetterNotDrawn
from editing.engine.text.captions import WORD_JOINER, ass_script, escape
from editing.engine.typesetting.block import MARGIN, block, em
from editing.engine.typesetting.runs import PICTURED, missing, runs, tidy
from editing.engine.typesetting.runs import UNSEEN as NOT_DRAWN
from library.media.fonts import EMOJI, FONTS
from tests.editing.lettering import alike, drawn, drawn_each, drawn_script, inked
from tests.editing.material import cut, document

HOSTILE = [
    r"{\pos(0,0)\fs400}big",
    r"\N\h\n{",
    "}{\\p1}m 0 0 l 100 0{\\p0}",
    "a\nDialogue: 0,0:00:00.00,9:00:00.00,subtitle,forged",
    "a\r\n[Fonts]\rfontname: x",
    "%{pts} ' : , ; [in] \\: $(id) `id` /etc/passwd",
    "a\u2028b\x00c\x1bd\x85e",
    "กๅ{\\fs400}🎉{\\b1}",
]
OURS = re.compile(r"\{(\\fn[\w ]+\\fs[\d.]+|\\bord[\d.]+\\shad[\d.]+)\}")

# Two letters of each, which must not look alike: a letter that no font has is drawn as a box.
LETTERS = {
    "Chinese": "龙舟",
    "Japanese": "あア",
    "Korean": "한글",
    "Vietnamese": "ạễ",
    "Polish": "ął",
    "Turkish": "ğİ",
    "Greek": "Ωά",
    "Cyrillic": "ЖЩ",
    "Ukrainian": "їґ",
    "Arabic": "سم",
    "Persian": "گچ",
    "Urdu": "ٹڑ",
    "Hebrew": "אש",
    "Armenian": "ԱՖ",
    "Georgian": "ქჭ",
    "Ethiopic": "ሀአ",
    "Hindi": "कह",
    "Bengali": "কহ",
    "Punjabi": "ਕਹ",
    "Gujarati": "કહ",
    "Oriya": "କହ",
    "Tamil": "கழ",
    "Telugu": "కహ",
    "Kannada": "ಕಹ",
    "Malayalam": "കഹ",
    "Sinhala": "කහ",
    "Thai": "กห",
    "Lao": "ກຫ",
    "Khmer": "កហ",
    "Burmese": "ကဟ",
    "emoji": "🐶🎉",
    "gestures": "👍🔥",
    "symbols": "★♥",
    "currencies": "€₹",
}
# One emoji each, of several code points.
COMPOSED = ["👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "1️⃣", "❤️", "❤️‍🔥", "👩🏽‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈", "#️⃣"]
# What is written on no glyph of its own, and must not become a box.
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0e", "\ufe0f", "\u034f", "\u180b"]
UNSEEN += ["\u200e", "\u061c", "\u202a\u202c", "\u2067\u2069", "\u2064", "\U000e0101", "\U000e0061"]
REFUSED = {
    "ཀ": "TIBETAN LETTER KA, U+0F40",
    "ᠠ": "MONGOLIAN LETTER A, U+1820",
    "𓀀": "EGYPTIAN HIEROGLYPH A001, U+13000",
    "𝓐": "MATHEMATICAL BOLD SCRIPT CAPITAL A, U+1D4D0",
    "\u1680": "OGHAM SPACE MARK, U+1680",
    "\U0001bca0": "SHORTHAND FORMAT LETTER OVERLAP, U+1BCA0",
    "\uf8ff": "private-use-F8FF, U+F8FF",
    "\U000f0000": "private-use-F0000, U+F0000",
    "\u0378": "reserved-0378, U+0378",
    "\uffff": "reserved-FFFF, U+FFFF",
}
SENTENCES = {
    "Chinese": "端午节这天,小镇的河边挤满了人。赛龙舟要开始了!" * 8,
    "English": "The dragon boat race is about to begin on the river, " * 5,
    "one word": "Donaudampfschifffahrtsgesellschaftskapitän" * 5,
    "Arabic": "سباق قوارب التنين على وشك أن يبدأ على النهر اليوم " * 4,
    "Thai": "การแข่งเรือมังกรกำลังจะเริ่มขึ้นแล้วที่ริมแม่น้ำ" * 4,
    "Hindi": "ड्रैगन नाव दौड़ नदी पर शुरू होने वाली है " * 5,
    "Burmese": "နဂါးလှေပြိုင်ပွဲ စတင်တော့မည် " * 8,
    "emoji": "👨‍👩‍👧‍👦🎉" * 30,
    "mixed": "端午 🎉 dragon سباق boat ราชา race नाव " * 7,
    "capitals": "W" * 200,
}

unhurried = settings(deadline=None, max_examples=60)


def event(text: str) -> str:
    """The script's one event line, text only, without the overrides that name fonts and sizes."""
    written = ass_script([Caption(text=text, start=0, end=1)], size=(720, 1280), fps=30)
    events = written.split("[Events]\n")[1].splitlines()[1:]
    assert len(events) == 1, "a caption became more than one event"
    return OURS.sub("", events[0].split(",", 4)[4])


def captioned(text: str, *, style: str = "subtitle", size: tuple[int, int] = (720, 1280)) -> dict[str, Any]:
    caption = {"text": text, "start": 0, "end": 1, "style": style}
    return {**document(cut(0, 1), captions=[caption]), "canvas": {"size": list(size)}}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_caption_is_one_event_without_an_override(text: str) -> None:
    assert_has_no_ass_code(event(text))


@unhurried
@given(st.text(max_size=80))
def test_no_text_at_all_can_open_an_override_or_use_an_escape(text: str) -> None:
    assert_has_no_ass_code(escape(text))
    assert_has_no_ass_code(event(text))


def assert_has_no_ass_code(line: str) -> None:
    rest = line.replace(r"\{", "").replace(r"\}", "").replace(r"\N", "", line.count(r"\N"))
    assert "{" not in rest
    assert "}" not in rest
    assert rest.count("\\") == rest.count("\\" + WORD_JOINER)


def test_a_caption_starts_half_a_frame_before_its_frame() -> None:
    written = ass_script([Caption(text="hi", start=1.0, end=2.0)], size=(720, 1280), fps=30)

    assert "Dialogue: 0,0:00:00.98,0:00:01.98,subtitle,hi" in written


def test_two_letters_of_every_script_look_different() -> None:
    pictures = drawn([letter for pair in LETTERS.values() for letter in pair])

    for at, script in enumerate(LETTERS):
        assert not alike(*pictures[2 * at : 2 * at + 2]), script


def test_an_emoji_of_several_code_points_is_one_picture() -> None:
    for emoji in COMPOSED:
        [run] = runs(emoji)
        assert run.font is EMOJI
        assert len([width for width in run.font.advances(emoji) if width]) == 1, emoji

    dog, *pictures = (inked(one) for one in drawn(["🐶", *COMPOSED]))
    assert all(picture.shape[1] < 1.3 * dog.shape[1] for picture in pictures)


def test_every_emoji_of_unicode_15_is_drawn() -> None:
    ranges = ((0x1F300, 0x1F64F), (0x1F680, 0x1F6D7), (0x1F900, 0x1FA7C), (0x1F1E6, 0x1F1FF))
    letters = [chr(code) for first, last in ranges for code in range(first, last + 1)]

    assert not [letter for letter in letters if PICTURED.match(letter) and missing(letter)]


@pytest.mark.parametrize("letter", ["\U0001fae8", "\U0001fabf"])
def test_an_emoji_younger_than_python_may_stand_alone(letter: str) -> None:
    assert parse(captioned(letter)).captions[0].text == letter


@pytest.mark.parametrize("text", ["\u2800", "\u3164", "\u200b\ufe0f \u3000", "\U000e0041"])
def test_a_caption_of_letters_that_draw_nothing_is_refused(text: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        parse(captioned(text))

    assert [type(problem) for problem in refused.value.problems] == [BlankText]


def test_letters_without_ink_are_no_boxes() -> None:
    plain, *others = drawn(["ab", *(f"a{unseen}b" for unseen in UNSEEN)])

    for unseen, picture in zip(UNSEEN, others, strict=True):
        assert alike(plain, picture), ascii(unseen)


def test_marks_are_composed_and_shaped() -> None:
    composed, apart, arabic, isolated, hindi, loose = drawn(
        ["ễ", "e\u0302\u0303", "سلام", "س ل ا م", "क्ष", "क ष"]
    )

    assert alike(composed, apart)
    assert inked(arabic).shape[1] < 0.9 * inked(isolated).shape[1]
    assert inked(hindi).shape[1] < 0.9 * inked(loose).shape[1]


def test_what_is_written_from_right_to_left_is_read_so_around_an_emoji_and_on_every_line() -> None:
    word, *longer = (inked(one) for one in drawn(["שלום", "שלום 🎉", "שלום abc"]))

    for picture in longer:
        wide = word.shape[1]
        left, right = (
            np.corrcoef(word.sum(axis=0), part.sum(axis=0))[0, 1]
            for part in (picture[:, :wide], picture[:, -wide:])
        )
        assert right > 0.8 > 0.5 > left, "the first word is not on the right"
    lines = block("שלום " * 20 + "abc " * 20, STYLES["title"], (360, 640)).lines
    assert all(line[0].text.startswith("\u200f") for line in lines), "a line begins another paragraph"


@pytest.mark.parametrize("letter", REFUSED)
def test_a_letter_that_no_font_has_is_refused_by_name(letter: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        parse(captioned(f"龙舟 {letter} 🎉"))

    [problem] = refused.value.problems
    assert isinstance(problem, LetterNotDrawn)
    assert problem.field == "captions[0].text"
    assert f"'{letter}' ({REFUSED[letter]})" in problem.message.format(**problem.params)


def test_no_font_of_the_machine_is_looked_for() -> None:
    """Braille is in none of ours, and in DejaVu, which most machines have."""
    script = ass_script(
        [Caption(text="x", start=0, end=1), Caption(text="y", start=1, end=2)], size=(320, 180), fps=1
    )

    first, second = drawn_script(script.replace(",x\n", ",⠁\n").replace(",y\n", ",⣿\n"), 2, (320, 180))

    assert alike(first, second)


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (360, 360)], ids="{0[0]}x{0[1]}".format)
def test_no_caption_leaves_the_margins(size: tuple[int, int]) -> None:
    styled = [(text[:300], style) for style in STYLES for text in SENTENCES.values()]

    captions = [{"text": text, "start": 0, "end": 1, "style": style} for text, style in styled]
    assert parse({**document(cut(0, 1), captions=captions), "canvas": {"size": list(size)}})
    for (text, style), picture in zip(styled, drawn_each(styled, size=size), strict=True):
        down, across = np.nonzero(picture > 8)
        for found, side in ((across, size[0]), (down, size[1])):
            assert found.min() >= 0.8 * MARGIN * side, (style, text)
            assert found.max() < side - 0.8 * MARGIN * side, (style, text)


def test_a_caption_of_a_few_words_keeps_the_size_of_its_style() -> None:
    for name, style in STYLES.items():
        assert block("端午节快乐", style, (720, 1280)).em == em(style, (720, 1280)), name


def test_a_long_caption_shrinks_no_further_than_it_can_be_read() -> None:
    shrunk = block("龙舟竞渡" * 75, STYLES["title"], (720, 1280))

    assert 18 <= shrunk.em < 0.6 * em(STYLES["title"], (720, 1280))


@pytest.mark.parametrize("text", ["a\n" * 140 + "a", "龙舟竞渡端午" * 8 + "\n龙" * 60])
def test_what_does_not_fit_even_then_is_refused_and_says_how_much_does(text: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        parse(captioned(text, size=(160, 90)))

    [problem] = refused.value.problems
    assert isinstance(problem, CaptionTooLong)
    assert problem.field == "captions[0].text"
    assert parse(captioned(text[: problem.params["most"]].strip(), size=(160, 90)))


def test_a_document_that_fits_fits_at_every_size_that_it_is_delivered_in() -> None:
    text = "龙舟竞渡端午" * 50

    for short in (32, 144, 480, 2160):
        assert parse(captioned(text) | {"delivery": {"short_side": short}})


def lines(text: str, *, width: int = 180) -> list[str]:
    """The lines of a title on a canvas whose lines are `width` pixels wide, an em of 18."""
    style = STYLES["title"]
    broken = block(text, style, (round((width + 2.5) / (1 - 2 * MARGIN)), 180)).lines
    return ["".join(run.text for run in line) for line in broken]


def test_chinese_wraps_anywhere_but_no_line_begins_with_a_full_stop_or_ends_with_a_bracket() -> None:
    assert lines("一二三四五六七八九。十") == ["一二三四五六七八", "九。十"]
    assert lines("一二三四五六七八九「十」") == ["一二三四五六七八九", "「十」"]


def test_words_wrap_at_spaces_and_hyphens_and_a_word_too_long_is_broken_between_clusters() -> None:
    assert lines("the dragon boat race is on") == ["the dragon boat race", "is on"]
    assert lines("a state-of-the-art-of-racing") == ["a state-of-the-art-of-", "racing"]
    assert "".join(lines("👨‍👩‍👧‍👦" * 12)) == "👨‍👩‍👧‍👦" * 12
    assert all(line.count("\u200d") % 3 == 0 for line in lines("👨‍👩‍👧‍👦" * 12))
    assert len(lines("กำลัง" * 20)) > 1


@unhurried
@given(st.text(max_size=60))
def test_every_letter_of_a_text_is_in_some_run_of_a_font_that_has_it(text: str) -> None:
    line = tidy(" ".join(text.split()))

    assert "".join(run.text for run in runs(line)) == line
    if missing(line) is None:
        for run in runs(line):
            assert all(NOT_DRAWN.match(letter) or ord(letter) in run.font.letters for letter in run.text)


def test_fonts_are_told_apart_by_the_names_that_libass_finds_them_by() -> None:
    assert len({font.family for font in FONTS}) == len(FONTS)
