"""A header on which Django's own request breaks is no error under WSGI either (ASGI: test_raw_surface.py)."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from config.wsgi import application

pytestmark = pytest.mark.django_db(transaction=True)  # WSGI closes its connection


@pytest.mark.parametrize(
    ("name", "expected"), [("CONTENT_TYPE", "415 Unsupported Media Type"), ("HTTP_ACCEPT", "400 Bad Request")]
)
def test_a_codec_that_is_none_is_as_if_it_had_not_been_named(name: str, expected: str) -> None:
    body = b'{"email": 1}'
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/auth/code"}
    environ |= {
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost",
    }
    environ |= {"wsgi.input": io.BytesIO(body), name: "application/json; c*=none''%ff"}
    setup_testing_defaults(environ)
    told: list[str] = []

    b"".join(application(environ, lambda status, headers: told.append(status)))

    assert told == [expected]
