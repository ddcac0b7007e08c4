"""JSON bodies hold what can be stored and answered, and nothing else."""

import io

import pytest
from django.utils.translation import override
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
        b"1e999",
        b"[-1e999]",
        b"9" * 1001,
        b'{"a": {"b": 1, "\\u0062": 2}}',
        b"{} {}",
        "{}".encode("utf-32"),
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"{'a': 1}",
        b'{"a": 1,}',
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
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b"[18446744073709551616, 1e300, 1e-999, -0.0]", [2**64, 1e300, 0.0, 0.0]),
        (b'[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
        (b"[" * 50 + b"]" * 50, parsed(b"[" * 50 + b"]" * 50)),
    ],
)
def test_what_is_json_is_read_as_it_is(sent: bytes, value: object) -> None:
    assert parsed(sent) == value


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        (b'{"clips": [{"title": "a", "title": "b"}]}', '"title" is named twice'),
        (b'{"seed": 1e999}', "1e999"),
        (b'{"seed": 1' + b"0" * 1000 + b"}", "more than 1000 digits"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        (b'{"a": [1, {"b": "\\u0000"}]}', "“a.1.b”"),
        (b'{"a": {"\\ud800": 1}}', "“a”"),
        (b"[" * 101 + b"]" * 101, "100 levels"),
        (b'{"a": 1', "line 1 column 8"),
    ],
)
def test_the_answer_says_where_or_what(sent: bytes, where: str) -> None:
    with pytest.raises(ParseError) as refused, override("en"):
        parsed(sent)

    assert where in str(refused.value.detail)
    assert "sys." not in str(refused.value.detail)
