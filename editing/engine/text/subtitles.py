"""Subtitle files, in and out. A file's own styling is dropped: a caption has one of our styles."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import errors
from editing.engine.document import Caption
from editing.engine.import_errors import (
    CuesBackwards,
    CuesCut,
    CuesEmpty,
    CuesTooLate,
    CuesUnreadable,
    Dropped,
)
from editing.engine.text.cue_lines import WORD_JOINER, Found, find_cues, words
from editing.engine.text.other_formats import other_cues

FORMATS = ("srt", "vtt")
MAX_CUES = 5_000
_MISREAD_MARKS = ("\ufeff", "\ufffe", "ï»¿", "þÿ", "ÿþ")  # a byte order mark, and what it is read as
_RETURNS = re.compile(r"\r+\n?")  # some tools write two before a line feed
_LINE_END = re.compile(r"[\u2028\u2029\x85\x0b\x0c]")


class NoSubtitles(errors.Invalid):
    code = "no-subtitles"
    message = (
        "There are no subtitles in this. Accepted: SRT or WebVTT, or SBV, LRC, ASS, SSA, TTML, MPL2 and "
        "MicroDVD (which names its rate); at most {most} cues."
    )


@dataclass(frozen=True, slots=True)
class Cue:
    """`text` from `start` to `end` seconds."""

    text: str
    start: float
    end: float


def read_cues(text: str) -> list[Cue]:
    """The cues of a subtitle file in order of time, those without words or length left out. Raises
    NoSubtitles."""
    return read_subtitles(text)[0]


def read_subtitles(text: str) -> tuple[list[Cue], list[Dropped]]:
    """The same, and what was left out of them. Raises NoSubtitles."""
    found = _found(_plain(text))
    if len(found) > MAX_CUES:
        raise NoSubtitles(most=MAX_CUES, field="text")
    cues, dropped = _usable(found)
    if not cues:
        raise NoSubtitles(most=MAX_CUES, field="text")
    return sorted(cues, key=lambda cue: cue.start), dropped


def clipped(cues: Iterable[Cue], seconds: float) -> Iterator[Cue]:
    """The cues of the first `seconds`; one that goes on after them is cut."""
    return (replace(cue, end=min(cue.end, seconds)) for cue in cues if cue.start < seconds)


def beyond(cues: Sequence[Cue], seconds: float) -> list[Dropped]:
    """What `clipped` leaves out."""
    late = [cue.start for cue in cues if cue.start >= seconds]
    cut = [cue.start for cue in cues if cue.start < seconds < cue.end]
    return [*_told(CuesTooLate, late), *_told(CuesCut, cut)]


def write_srt(captions: Iterable[Caption]) -> str:
    """An SRT file."""
    numbered = enumerate(sorted(captions, key=lambda one: one.start), start=1)
    return "\n".join(f"{number}\n{_times(one, ',')}\n{_lines(one.text)}\n" for number, one in numbered)


def write_vtt(captions: Iterable[Caption]) -> str:
    """A WebVTT file."""
    cues = (
        f"{_times(one, '.')}\n{html.escape(_lines(one.text), quote=False)}\n"
        for one in sorted(captions, key=lambda one: one.start)
    )
    return "\n".join(["WEBVTT\n", *cues])


def _plain(text: str) -> str:
    """Without byte order marks, its lines ended by a line feed."""
    while mark := next((mark for mark in _MISREAD_MARKS if text.startswith(mark)), None):
        text = text.removeprefix(mark)
    text = _RETURNS.sub(lambda found: "\n" if found[0].endswith("\n") else "\n" * len(found[0]), text)
    return _LINE_END.sub("\n", text)


def _found(text: str) -> list[Found]:
    if (other := other_cues(text)) is not None:
        return other
    return find_cues(text.split("\n"), is_vtt=text.lstrip().startswith("WEBVTT"))


def _usable(found: Iterable[Found]) -> tuple[list[Cue], list[Dropped]]:
    cues: list[Cue] = []
    unreadable, backwards, empty = 0, list[float](), list[float]()
    for one in found:
        text = words(one.lines)
        if one.start is None or one.end is None:
            unreadable += 1
        elif one.end <= one.start:
            backwards.append(one.start)
        elif not text:
            empty.append(one.start)
        else:
            cues.append(Cue(text, one.start, one.end))
    first = [CuesUnreadable(count=unreadable)] if unreadable else []
    return cues, [*first, *_told(CuesBackwards, backwards), *_told(CuesEmpty, empty)]


def _told(kind: type[Dropped], starts: Sequence[float]) -> Iterator[Dropped]:
    if starts:
        yield kind(count=len(starts), seconds=round(min(starts), 3))


def _times(caption: Caption, point: str) -> str:
    return f"{_time(caption.start, point)} --> {_time(caption.end, point)}"


def _time(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _lines(text: str) -> str:
    """Without empty lines, one of which would end the cue, and with nothing that would be read as a mark."""
    lines = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return (
        lines.replace("-->", f"--{WORD_JOINER}>")
        .replace("\\N", f"\\{WORD_JOINER}N")
        .replace("\\h", f"\\{WORD_JOINER}h")
    )
