"""SRT, WebVTT and SBV, as people and tools write them: cues are found by their times, not by empty lines.

So numbers may be missing or wrong, an empty line may stand inside a cue or be missing between two, and times
may be written in any of the ways that can only mean one thing. Specified are WebVTT (W3C, 2019) and SubRip by
its own habit; what differs from both is read as VLC does.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

WORD_JOINER = "\u2060"  # what we write within an arrow or a \N that would be taken for a mark
_TIME = r"(-?)\s*(?:(\d{1,6})\s*:\s*)?(\d{1,3})\s*:\s*(\d{1,2})(?:\s*[.,]\s*(\d{1,9})|:(\d{3}))?"
_DASH = r"[-=\u2010-\u2015\u2212]"
_ARROW = rf"(?:{_DASH}(?:\s?{_DASH})*\s*(?:>+|&gt;)|\u2192|\u27f6|\u279c|,)"  # SBV has a comma
_TIMES = re.compile(rf"\s*{_TIME}\s*{_ARROW}\s*{_TIME}(?P<rest>$|\s.*)", re.ASCII)
_TIMES_MEANT = re.compile(r"\W*\d.*(?:--|=|[\u2010-\u2015\u2212])\s*>.*\d")
_NUMBER = re.compile(r"\s*[#\[(]?\s*\d{1,7}\s*[.:)\]]?\s*")
_SETTING = re.compile(r"[A-Za-z]\w*:\S*")  # of WebVTT (line:0), or coordinates of SubRip (X1:40)
_NAMES = (
    "i|b|u|s|em|strong|font|c|v|lang|ruby|rt|rp|span|p|div|sub|sup|strike|del|small|big|blink|center|body"
)
_ATTRIBUTE = r"""[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)"""
_TAG = re.compile(
    rf"<\s{{0,3}}/?\s{{0,3}}(?:{_NAMES})(?:\.[^\s<>]+)?(?:\s+{_ATTRIBUTE})*\s*/?>"  # <i>, </font>, <c.yellow>
    r"|<(?:v|lang|c)(?:\.[^\s<>]+)?\s[^<>]{0,200}>"  # <v Ming>, <lang zh>: words, not attributes
    r"|<\d{1,3}(?::\d\d){1,2}\.\d{1,3}>"  # <00:01.000>
    r"|\{\\[^{}]{0,200}\}|\{[yYcCfFsSpP]:[^{}]{0,100}\}",  # {\an8}, {y:i}
    re.IGNORECASE,
)
# Letters without a shape, but for the one that is ours.
_UNSEEN = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2061-\u2064\u2066-\u2069\ufeff]")
_LINE_BREAK = re.compile(r"\\N|<\s{0,3}[bB][rR]\s{0,3}/?\s{0,3}>|\[br\]")
_HARD_SPACES = re.compile(r"(?<![\w:\\])(?:\\h)+")  # of ASS, left in by tools; not in C:\home
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});", re.ASCII)


@dataclass(slots=True)
class Found:
    """What lies below one line of times; `start` and `end` in seconds, None where they cannot be read."""

    start: float | None
    end: float | None
    lines: list[str] = field(default_factory=list)


def find_cues(lines: Sequence[str], *, is_vtt: bool) -> list[Found]:
    """The cues of a file whose BOM is gone and whose lines are apart, in its order."""
    if _is_double_spaced(lines):
        lines = [line for line in lines if line.strip()]
    found: list[Found] = []
    numbered = False
    for at, line in enumerate(lines):
        if times := _times(line):
            if found:
                _drop_name(found[-1].lines, numbered=numbered, is_vtt=is_vtt)
            else:
                numbered = bool(at and _NUMBER.fullmatch(lines[at - 1]))
            found.append(times)
        elif found:
            found[-1].lines.append(line)
    if is_vtt:
        for one in found:
            one.lines = list(takewhile(str.strip, one.lines))
    return found


def words(lines: Sequence[str]) -> str:
    """The text of a cue: without tags, entities read, its lines trimmed, at most one empty between two."""
    text = _HARD_SPACES.sub(" ", _LINE_BREAK.sub("\n", _TAG.sub("", "\n".join(lines))))
    text = _ENTITY.sub(lambda one: html.unescape(one[0]), text)
    text = text.replace(f"--{WORD_JOINER}>", "-->").replace(f"\\{WORD_JOINER}", "\\")
    text = text.replace("\0", "")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _is_double_spaced(lines: Sequence[str]) -> bool:
    """Whether no words ever follow directly on times: a tool has doubled the line ends."""
    after = [below.strip() for line, below in pairwise(lines) if _times(line)]
    return bool(after) and not any(after)


def _times(line: str) -> Found | None:
    """Of a line of times; without them where they are there, but cannot be read."""
    # Full-width digits and colons; and marks of direction, which right-to-left subtitles put before times.
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", line[:300]))
    if (times := _TIMES.match(plain)) is None:
        return Found(None, None) if _TIMES_MEANT.match(plain) else None
    groups = times.groups()
    start, end = _seconds(groups[:6]), _seconds(groups[6:12])
    rest = times["rest"].strip()
    said = rest and not all(_SETTING.fullmatch(word) for word in rest.split())
    return Found(max(0.0, start), end, [rest] if said else [])


def _seconds(groups: Sequence[str | None]) -> float:
    sign, hours, minutes, seconds, *fractions = groups
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    fraction = next((one for one in fractions if one), "0")
    return round((-1 if sign else 1) * (whole + int(fraction[:3].ljust(3, "0")) / 1000), 3)


def _drop_name(lines: list[str], *, numbered: bool, is_vtt: bool) -> None:
    """Take off what directly precedes the next line of times and belongs to it: its number, or its name."""
    if not lines or not lines[-1].strip():
        return
    named = is_vtt and (len(lines) == 1 or not lines[-2].strip())
    if named or (numbered and _NUMBER.fullmatch(unicodedata.normalize("NFKC", lines[-1]))):
        lines.pop()
