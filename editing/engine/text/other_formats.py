"""Subtitles of other kinds than SRT and WebVTT: what pysubs2 reads, and LRC, which it does not."""

import re
import warnings
from collections.abc import Iterator
from itertools import pairwise

from pysubs2 import SSAFile
from pysubs2.exceptions import Pysubs2Error

from editing.engine.text import ttml_times
from editing.engine.text.cue_lines import Found

_LRC = re.compile(r"\s*((?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+)(.*)")
_LRC_TIME = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_LRC_OFFSET = re.compile(r"\[offset:\s*([+-]?\d{1,7})\s*\]", re.IGNORECASE)
LAST_LINE = 4.0  # seconds that the last line of a song is shown, which nothing ends
ENTITIES = "<!ENTITY"  # of XML: some grow to a thousand times their file
# ParseError is a SyntaxError; pysubs2 says NotImplementedError of what it knows of and does not read.
UNREADABLE = (Pysubs2Error, ValueError, LookupError, OverflowError, SyntaxError, NotImplementedError)
# By how such a file begins: its name in pysubs2.
BEGINNINGS = {
    "ass": re.compile(r"\s*\[Script Info\]|(?ms:.{0,2000}^\[(?:V4\+? Styles|Events)\])", re.IGNORECASE),
    "microdvd": re.compile(r"\s*\{\d+\}\{\d+\}"),
    "mpl2": re.compile(r"\s*\[\d+\]\[\d+\]"),
    "ttml": re.compile(r"(?s:\s*<.{0,2000}http://www\.w3\.org/(?:ns/ttml|2006/(?:10|04)/ttaf1))"),
}


def other_cues(text: str) -> list[Found] | None:
    """The cues of a file of another kind, or None if it is of none that we know."""
    if kind := next((kind for kind, begins in BEGINNINGS.items() if begins.match(text)), None):
        return [] if ENTITIES in text else list(_by_pysubs2(text, kind))
    lines = [found for line in text.split("\n") if (found := _LRC.match(line))]
    return list(_song(text, lines)) if lines else None


def _by_pysubs2(text: str, kind: str) -> Iterator[Found]:
    try:
        with warnings.catch_warnings(action="ignore"):  # of times it clamps
            file = SSAFile.from_string(ttml_times.in_seconds(text) if kind == "ttml" else text, format_=kind)
    except UNREADABLE:
        return
    for event in file:
        if event.is_text:
            yield Found(max(0, event.start) / 1000, event.end / 1000, event.plaintext.split("\n"))


def _song(text: str, lines: list[re.Match[str]]) -> Iterator[Found]:
    """Each line of a song is shown until the next; a line may be sung at several times."""
    offset = int(found[1]) / 1000 if (found := _LRC_OFFSET.search(text)) else 0.0  # plus: sooner
    sung = sorted((start - offset, line[2]) for line in lines for start in _sung_at(line[1]))
    for (start, words), (end, _) in pairwise([*sung, (sung[-1][0] + LAST_LINE, "")]):
        yield Found(max(0.0, round(start, 3)), round(end, 3), [words])


def _sung_at(stamps: str) -> Iterator[float]:
    for minutes, seconds, fraction in _LRC_TIME.findall(stamps):
        yield int(minutes) * 60 + int(seconds) + int((fraction or "0").ljust(3, "0")) / 1000
