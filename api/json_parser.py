"""JSON as RFC 8259 has it, and no more of it than anybody can use."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

ESCAPES = (b"\\u0000", b"\\ud", b"\\uD")  # of what no text may hold: NUL and halves of surrogate pairs
TOO_ODD = "This JSON is nested too deep, or holds what is no character."
DEEPEST = 100  # lists and objects within each other; every document we take has fewer than ten


class StrictJSONParser(BaseParser):
    """UTF-8, finite numbers, names that come once, whole characters, no NUL (PostgreSQL has none), no towers
    of brackets.

    Whatever else is sent is a ParseError: in DRF's parser it is one error of ours or another (a
    RecursionError, a text that cannot be stored or answered, a codec that is none).
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        sent = stream.read()
        try:
            found = json.loads(sent.decode(), parse_constant=_refuse, object_pairs_hook=_once)
        except RecursionError:
            raise ParseError(_(TOO_ODD)) from None
        except ValueError as error:
            raise ParseError(_("This is not JSON: {why}").format(why=error)) from None
        if _is_deeper(found, DEEPEST) or (any(escape in sent for escape in ESCAPES) and _is_odd(found)):
            raise ParseError(_(TOO_ODD))
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name comes twice: one of the two would be ignored."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _value in pairs)
        raise ValueError(f"the name {counted.most_common(1)[0][0][:60]!r} comes twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _depth in range(most):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _within(outer)]
        if not level:
            return False
    return True


def _within(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value


def _is_odd(value: Any) -> bool:
    """Whether any text in `value` holds NUL or half a surrogate pair; `value` is not deep."""
    if isinstance(value, str):
        return "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return any(map(_is_odd, value)) or any(map(_is_odd, value.values()))
    return isinstance(value, list) and any(map(_is_odd, value))
