"""SRT and WebVTT, in and out. A file's own styling is dropped: a caption has one of our styles."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import errors
from editing.engine.document import Caption

FORMATS = ("srt", "vtt")
MAX_CUES = 5_000
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_TAGS = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,200}\}")  # <i>, <c.yellow>, <00:01.000>, {\an8}
_NO_CHARACTER = re.compile(r"&#\d{8,};?", re.ASCII)  # more digits than Unicode has; Python refuses thousands


class NoSubtitles(errors.Invalid):
    code = "no-subtitles"
    message = "There are no subtitles in this text. Accepted: SRT or WebVTT, at most {most} cues."


@dataclass(frozen=True, slots=True)
class Cue:
    """`text` from `start` to `end` seconds."""

    text: str
    start: float
    end: float


def read_cues(text: str) -> list[Cue]:
    """The cues of an SRT or WebVTT file in order of time, empty ones left out. Raises NoSubtitles."""
    blocks = re.split(r"\n[ \t]*\n+", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    cues = [cue for block in blocks[: 2 * MAX_CUES] if (cue := _cue(block.strip("\n").split("\n")))]
    if not 0 < len(cues) <= MAX_CUES:
        raise NoSubtitles(most=MAX_CUES, field="text")
    return sorted(cues, key=lambda cue: cue.start)


def clipped(cues: Iterable[Cue], seconds: float) -> Iterator[Cue]:
    """The cues of the first `seconds`; one that goes on after them is cut."""
    for cue in cues:
        if cue.start < seconds:
            yield Cue(cue.text, cue.start, min(cue.end, seconds))


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


def _cue(lines: list[str]) -> Cue | None:
    """The cue of a block: perhaps a number or a name, then its times, then its text."""
    found = next(((at, times) for at, line in enumerate(lines[:2]) if (times := _TIMES.match(line))), None)
    if found is None:
        return None
    at, times = found
    start, end = (_seconds(times.groups()[half : half + 4]) for half in (0, 4))
    marked = _TAGS.sub("", "\n".join(lines[at + 1 :]))
    text = html.unescape(_NO_CHARACTER.sub("\ufffd", marked)).strip()
    return Cue(text, start, end) if text and end > start else None


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return round(whole + int((fraction or "0").ljust(3, "0")) / 1000, 3)


def _times(caption: Caption, point: str) -> str:
    return f"{_time(caption.start, point)} --> {_time(caption.end, point)}"


def _time(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _lines(text: str) -> str:
    """Without empty lines: one would end the cue."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
