"""The text of a file whose charset nobody said.

UTF-8 proves itself, a byte order mark proves itself by what follows; anything else is guessed by chardet from
the frequency of letters, which takes a few lines to be sure of. Who knows better says it.
"""

import codecs
import re

import chardet

import errors

MARKS = {  # the longer first: a mark of UTF-32 begins with one of UTF-16
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
MOST_BROKEN = 0.1  # of the characters: still UTF-8, of which a part was cut or overwritten
ENOUGH = 12  # letters, from which on well-formed syllables are no accident
SAMPLE = 200_000  # bytes that are looked at
ESCAPE = b"\x1b"  # ISO-2022-JP is ASCII with it
HANZI = re.compile(r"[\u4e00-\u9fff]")
BOTH_ALPHABETS = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
THAI = re.compile(
    r"(?:[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{0,3}[\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46]?)+"
)
ACCEPTED = (
    *("utf-8", "utf-16", "gb18030", "big5", "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "koi8-r", "cp874"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
)


class CharsetUnclear(errors.Invalid):
    code = "charset-invalid"
    message = "This file cannot be read as {charset}. Accepted: another charset, such as {accepted}."


def text_of(data: bytes, charset: str | None = None) -> str:
    """The text in `data`, in `charset` where that is said. Raises CharsetUnclear."""
    if charset:
        return _in(data, charset)
    for mark, name in MARKS.items():
        if data.startswith(mark):
            data = data.removeprefix(mark)
            if (text := _decoded(data, name)) is not None and _has_digits(text):
                return text
    return _utf8(data) or data.decode(_guessed(data[:SAMPLE]), errors="replace")


def _in(data: bytes, charset: str) -> str:
    text = _decoded(data, charset)
    if text is None:
        raise CharsetUnclear(charset=charset, accepted=", ".join(ACCEPTED), field="charset")
    return text


def _decoded(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):  # no such charset, or not of it; ValueError: a NUL in its name
        return None


def _has_digits(text: str) -> bool:
    """Whether a mark told the truth: every subtitle file has times."""
    return any(letter in text for letter in "0123456789")


def _utf8(data: bytes) -> str | None:
    if ESCAPE in data or b"\0" in data:
        return None
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(not letter.isascii() for letter in text)
    return text if text.count("\ufffd") <= MOST_BROKEN * beyond_ascii else None


def _guessed(data: bytes) -> str:
    """Among the charsets of browsers; where two share their bytes, what no language mixes decides."""
    found = chardet.detect(data, encoding_era=chardet.EncodingEra.MODERN_WEB)["encoding"] or "windows-1252"
    match found.lower():
        case "cp949" | "euc-kr" if HANZI.search(data.decode("cp949", "ignore")):
            return "gb18030"  # Korean subtitles have no Chinese characters
        case "gb18030" | "gb2312" | "gbk" if _is_thai(data):
            return "cp874"
        case "windows-1251" if BOTH_ALPHABETS.search(data.decode("cp1251", "ignore")):
            return "windows-1252"
    return found


def _is_thai(data: bytes) -> bool:
    """Whether every run of letters is made as Thai syllables are: no mark stands without its consonant."""
    written = re.findall(r"[^\x00-\x7f]+", data.decode("cp874", "replace"))
    return len("".join(written)) >= ENOUGH and all(THAI.fullmatch(run) for run in written)
