"""JSON as RFC 8259 has it, and no more of it than anybody can use."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

ESCAPES = (b"\\u0000", b"\\ud", b"\\uD")  # of what no text may hold: NUL and halves of surrogate pairs
DEEPEST = 100  # lists and objects within each other; every document we take has fewer than ten
LONGEST = 1000  # digits of a whole number: more than any float has, so that its field refuses it


class NotJSON(ValueError):
    """Where and why, for whoever wrote it."""


class StrictJSONParser(BaseParser):
    """UTF-8 (a byte order mark before it is left out), each name once, finite numbers, whole characters, no
    NUL (PostgreSQL has none), no towers of brackets.

    Whatever else is sent is a ParseError: in DRF's parser it is one error of ours or another (a
    RecursionError, a text that cannot be stored or answered, a codec that is none), or is read as one of the
    things that it may mean.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        sent = stream.read()
        too_deep = ParseError(
            _("This JSON is nested too deep: {most} levels are taken.").format(most=DEEPEST)
        )
        try:
            found = json.loads(
                _text(sent),
                parse_constant=_constant,
                parse_float=_finite,
                parse_int=_whole,
                object_pairs_hook=_named_once,
            )
        except RecursionError:
            raise too_deep from None
        except ValueError as error:
            raise ParseError(_("This is not JSON: {why}").format(why=error)) from None
        if _is_deeper(found, DEEPEST):
            raise too_deep
        if any(escape in sent for escape in ESCAPES) and (where := next(_odd(found), None)) is not None:
            raise ParseError(_("This JSON holds what is no character, at “{where}”.").format(where=where))
        return found


def _text(sent: bytes) -> str:
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJSON(f"byte {error.start} is not UTF-8") from None


def _constant(text: str) -> NoReturn:
    raise NotJSON(f"{text} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJSON(f"{text[:20]} is larger than any number")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST:
        raise NotJSON(f"{text[:20]}… has more than {LONGEST} digits")
    return int(text)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name, readers on the way may each believe another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise NotJSON(f"{json.dumps(twice[:60])} is named twice")
    return found


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _depth in range(most):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _within(outer)]
        if not level:
            return False
    return True


def _within(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value


def _odd(value: Any, path: str = "") -> Iterator[str]:
    """Where texts hold NUL or half a surrogate pair, as dotted paths; `value` is not deep."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        yield path
    if isinstance(value, dict):
        yield from (path for name in value for _inner in _odd(name))
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _odd(inner, f"{path}.{name}" if path else str(name))
