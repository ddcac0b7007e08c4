"""Whatever bytes arrive, the server answers what it means to, logs no traceback and lives on.

Of a seed, so that what was found is found again: `--fuzz 20000 --fuzz-seed 7` looks further.
"""

import socket
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from creator.accounts import tokens
from creator.limits import catalogue
from creator.models import User
from tests.contracts.security.raw_requests import Requests
from tests.contracts.security.raw_server import RawServer, copy_database, serving, status

pytestmark = pytest.mark.django_db
PLENTY = dict.fromkeys((limit.name for limit in catalogue.RATES), 10**9)
AT_ONCE = 16  # connections: most of the time is spent waiting for an end to what has none


@pytest.fixture(scope="module")
def token(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Of somebody who is let in; their row is in the copy alone."""
    with django_db_blocker.unblock():
        someone = User.objects.create(handle="fuzz", admitted_at="2026-01-01T00:00Z")
        yield tokens.issue_session(someone)[1]
        someone.delete()


@pytest.fixture(scope="module")
def server(
    token: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RawServer]:
    folder = tmp_path_factory.mktemp("raw")
    with django_db_blocker.unblock():
        database = copy_database(folder)
    with serving(folder, database, idle_wait=1, head_wait=1, body_wait=1, **PLENTY) as running:
        yield running


def problem_of(server: RawServer, asked: tuple[bytes, bytes]) -> str | None:
    """What is wrong with the answer to what is asked; None where nothing is."""
    sent, then = asked
    answer = server.ask(sent, then=then, timeout=1.5)
    if status(answer) >= 500:
        return f"{status(answer)} to {sent[:700]!r} {then!r}"
    return None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)  # on PostgreSQL what is made is made
def test_bytes_of_any_kind_are_no_error_of_ours(server: RawServer, token: str, request: Any) -> None:
    requests = Requests(request.config.getoption("--fuzz-seed"), token)
    count = request.config.getoption("--fuzz")
    sent = [requests.http() if n % 5 else requests.websocket() for n in range(count)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = [found for found in pool.map(partial(problem_of, server), sent) if found]
    assert not wrong, "\n".join(wrong[:20])
    assert "Traceback" not in server.log, server.log[server.log.index("Traceback") :][:4000]
    assert server.lives()


def post(body: bytes, *, kind: bytes = b"application/json", more: bytes = b"") -> bytes:
    head = b"POST /api/v1/auth/code HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + kind
    return head + b"\r\nContent-Length: %d\r\n" % len(body) + more + b"\r\n" + body


def get(target: bytes, *, method: bytes = b"GET", more: bytes = b"") -> bytes:
    return b"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n" % (method, target, more)


def handshake(target: bytes, *, more: bytes = b"") -> bytes:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + more
    return b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (target, upgrade)


KNOWN = {
    "deep JSON": (post(b'{"email":' * 50_000 + b"1" + b"}" * 50_000), 400),
    "JSON that is deep and has no end": (post(b"[" * 100_000), 400),
    "a number of 5,000 digits": (post(b'{"email":' + b"9" * 5000 + b"}"), 400),
    "NaN": (post(b'{"email":NaN}'), 400),
    "half a surrogate pair": (post(b'{"email":"\\ud800@example.org"}'), 400),
    "NUL in a text": (post(b'{"email":"a\\u0000@example.org"}'), 400),
    "NUL in an unknown field": (post(b'{"email":"a@example.org","x":["\\u0000"]}'), 400),
    "a body that is no UTF-8": (post(b"\xff\xfe{}"), 400),
    "a codec for an encoding": (post(b"x\x9c", kind=b"application/json; charset=zlib"), 400),
    "an encoding of a parameter": (post(b"{}", kind=b"application/json; x*=none''%ff"), 415),
    "an encoding in Accept": (get(b"/api/v1/me", more=b"Accept: a/b; x*=none''%ff\r\n"), 401),
    "another kind of body": (post(b"a=1", kind=b"application/x-www-form-urlencoded"), 415),
    "a form without an end": (post(b"--b\r\n\r\n", kind=b"multipart/form-data; boundary=b"), 415),
    "a signature that is not ASCII": (get(b"/media/%C3%A9%F0%9F%98%80/clips/a.mp4"), 404),
    "a token that is not ASCII": (get(b"/api/v1/me", more=b"Authorization: Bearer \xc3\xa9\xff\r\n"), 401),
    "a key that is not ASCII": (
        post(b"{}", more=b"Idempotency-Key: \xff\r\n"),
        400,
    ),
    "an address that is not UTF-8": (get(b"/%ff%fe/%ed%a0%80?q=%ff"), 404),
    "raw bytes in an address": (get(b"/\xff\xfe"), 400),
    "NUL in an address": (get(b"/api/v1/me%00"), 404),
    "NUL in a query": (get(b"/api/v1/feed?tab=%00"), 400),
    "a query of 20,000 parameters": (get(b"/api/v1/feed?" + b"a&" * 16_000), 400),
    "a query that is too long": (get(b"/api/v1/feed?" + b"a" * 40_000), 431),
    "a host that is none": (get(b"/livez").replace(b"localhost", b"a b"), 400),
    "no host": (b"GET /livez HTTP/1.1\r\n\r\n", 400),
    "no host, as of old": (b"GET /livez HTTP/1.0\r\n\r\n", 200),
    "two hosts": (get(b"/livez", more=b"Host: other.example\r\n"), 400),
    "two lengths": (post(b"{}", more=b"Content-Length: 3\r\n"), 400),
    "a length and chunks": (post(b"{}", more=b"Transfer-Encoding: chunked\r\n"), 400),
    "TRACE": (get(b"/livez", method=b"TRACE"), 405),
    "TRACE of the API": (get(b"/api/v1/me", method=b"TRACE"), 405),
    "CONNECT": (get(b"example.org:443", method=b"CONNECT"), 400),
    "OPTIONS of everything": (get(b"*", method=b"OPTIONS"), 404),
    "HEAD": (get(b"/livez", method=b"HEAD"), 200),
    "HTTP/1.0": (b"GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n", 200),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a WebSocket to nowhere": (handshake(b"/ws/nothing"), 404),
    "a WebSocket to a view": (handshake(b"/api/v1/me"), 404),
    "a WebSocket to no job": (handshake(b"/ws/jobs/1"), 404),
    "a WebSocket to raw bytes": (handshake(b"/ws/\xff"), 400),
    "a WebSocket of another version": (handshake(b"/ws/me", more=b"Sec-WebSocket-Version: 1\r\n"), 400),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_was_known_to_break_is_answered(server: RawServer, name: str) -> None:
    sent, expected = KNOWN[name]

    assert status(server.ask(sent)) == expected
    assert "Traceback" not in server.log


def test_a_text_that_is_no_utf8_closes_a_websocket_with_1007(server: RawServer, token: str) -> None:
    text = b"\x81\x82" + bytes(4) + b"\xff\xfe"

    bearer = b"Authorization: Bearer %s\r\n" % token.encode()
    answer = server.ask(handshake(b"/ws/me", more=bearer), then=text)

    assert answer.startswith(b"HTTP/1.1 101") and (1007).to_bytes(2, "big") in answer
    assert "Traceback" not in server.log


@pytest.mark.parametrize("reset", [False, True])
def test_a_reader_that_hangs_up_is_no_error(server: RawServer, token: str, reset: bool) -> None:
    before, bearer = len(server.log), b"Authorization: Bearer %s\r\n" % token.encode()
    for asked in (handshake(b"/ws/me", more=bearer), get(b"/api/v1/feed", more=bearer), get(b"/livez")[:20]):
        with server.connect() as line:
            line.sendall(asked)
            if asked.startswith(b"GET /ws"):
                assert line.recv(4096).startswith(b"HTTP/1.1 101")
            if reset:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert server.lives()
    assert "ERROR" not in server.log[before:] and "Traceback" not in server.log[before:]
