"""JSON bodies hold what can be stored and answered, and nothing else."""

import io

import pytest
from rest_framework.exceptions import ParseError

from api.json_parser import DEEPEST, StrictJSONParser


def parsed(sent: bytes) -> object:
    return StrictJSONParser().parse(io.BytesIO(sent))


@pytest.mark.parametrize(
    "sent",
    [
        b"[" * 100_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"9" * 5000,
        b"NaN",
        b'{"a": 1, "a": 1}',
        b'[{"b": {"a": 1, "c": 2, "a": 3}}]',
        b"[-Infinity]",
        b'"\\ud800"',
        b'{"a": [{"\\uDFFF": 1}]}',
        b'"\\u0000"',
        b'"\xff"',
        '"ü"'.encode("utf-16"),
        b"",
    ],
)
def test_what_is_no_json_of_anybodys_is_a_parse_error(sent: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(sent)


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (b'{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        ('"端午节 😀"'.encode(), "端午节 😀"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\u0000"', "\\u0000"),
        (b"[" * 50 + b"]" * 50, parsed(b"[" * 50 + b"]" * 50)),
    ],
)
def test_what_is_json_is_read_as_it_is(sent: bytes, value: object) -> None:
    assert parsed(sent) == value
