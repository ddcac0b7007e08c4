"""A body in chunks is read as one with a length is, by every server that we name, or refused."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from creator.accounts import tokens
from creator.models import User
from tests.contracts.security.raw_server import Launch, RawServer, copy_database, serving, status, web

pytestmark = pytest.mark.django_db
SMALL = {"UPLOAD_MAX_BYTES": str(1 << 20)}
FORM = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n%s\r\n--b--\r\n'


def gunicorn(port: int) -> list[str]:
    bound = f"127.0.0.1:{port}"
    return [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bound, "--worker-class", "gthread"]


def development(port: int) -> list[str]:
    """Django's own, which does not take chunks apart."""
    return [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]


@pytest.fixture(scope="module")
def token(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        someone = User.objects.create(handle="chunks", admitted_at="2026-01-01T00:00Z")
        yield tokens.issue_session(someone)[1]
        someone.delete()


SERVERS: dict[str, Launch] = {
    "ours": (web, "Uvicorn running"),
    "gunicorn": (gunicorn, "Listening at"),
    "development": (development, "Quit the server"),
}


@pytest.fixture(scope="module")
def servers(
    token: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, RawServer]]:
    """All of them: made before any test has a transaction, in which the database could not be copied."""
    with ExitStack() as running:
        found = {}
        for name, how in SERVERS.items():
            folder = tmp_path_factory.mktemp(name)
            with django_db_blocker.unblock():
                database = copy_database(folder)
            found[name] = running.enter_context(serving(folder, {**database, **SMALL}, how, body_wait=1))
        yield found


@pytest.fixture(params=["ours", "gunicorn"])
def server(request: pytest.FixtureRequest, servers: dict[str, RawServer]) -> RawServer:
    return servers[request.param]


def head(method: bytes, path: bytes, token: str, *more: bytes, kind: bytes = b"application/json") -> bytes:
    lines = [b"%s /api/v1/%s HTTP/1.1" % (method, path), b"Host: localhost", b"Connection: close"]
    lines += [b"Authorization: Bearer %s" % token.encode(), b"Content-Type: " + kind, *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(written, "PNG")
    return written.getvalue()


def chunks(body: bytes, *, size: int = 7, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end


CHUNKED = b"Transfer-Encoding: chunked"


def body_of(answer: bytes) -> Any:
    """The JSON of an answer, whether or not it came in chunks."""
    _, _, body = (
        answer.rpartition(b"\r\n\r\n") if b"\r\n0\r\n" not in answer else answer.partition(b"\r\n\r\n")
    )
    return json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])


def asked(server: RawServer, *told: bytes) -> tuple[int, Any]:
    answer = server.ask(b"".join(told))
    return status(answer), body_of(answer)


TRAILERS = b"0\r\nX-Checksum: 1\r\n\r\n"


@pytest.mark.parametrize("end", [b"0\r\n\r\n", TRAILERS], ids=["plain", "with trailers"])
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_json_in_chunks_is_read_whole(server: RawServer, token: str, size: int, end: bytes) -> None:
    wish = json.dumps({"display_name": f"name {size} {len(end)}"}).encode()

    told = asked(server, head(b"PATCH", b"me", token, CHUNKED), chunks(wish, size=size, end=end))

    assert (told[0], told[1]["display_name"]) == (200, json.loads(wish)["display_name"])


def test_what_is_wrong_in_chunks_is_refused_and_not_done_as_if_it_were_nothing(
    server: RawServer, token: str
) -> None:
    told = asked(server, head(b"PATCH", b"me", token, CHUNKED), chunks(b'{"display_name": 3, "display_name"'))

    assert (told[0], told[1]["code"]) == (400, "parse-error")


def test_an_upload_in_chunks_is_a_file(server: RawServer, token: str) -> None:
    form = head(b"POST", b"uploads", token, CHUNKED, kind=b"multipart/form-data; boundary=b")

    told = asked(server, form, chunks(FORM % png(), size=100))

    assert (told[0], told[1].get("kind")) == (202, "still"), told


def test_who_expects_to_be_told_to_go_on_is_told(server: RawServer, token: str) -> None:
    wish = b'{"display_name": "waited"}'

    answer = server.ask(head(b"PATCH", b"me", token, CHUNKED, b"Expect: 100-continue"), then=chunks(wish))

    assert answer.startswith(b"HTTP/1.1 100")
    assert body_of(answer)["display_name"] == "waited"


def test_a_key_for_a_body_in_chunks_knows_that_body(server: RawServer, token: str) -> None:
    key = b"Idempotency-Key: " + str(uuid4()).encode()
    once = [
        asked(server, head(b"POST", b"keys", token, CHUNKED, key), chunks(b'{"name": "%s"}' % name))
        for name in (b"one", b"one", b"two")
    ]

    assert [told[0] for told in once] == [201, 409, 422], once
    assert [told[1].get("code") for told in once[1:]] == ["shown-once", "idempotency-key-reused"]


def test_a_body_that_grows_too_large_in_chunks_is_refused(server: RawServer, token: str) -> None:
    form = head(b"POST", b"uploads", token, CHUNKED, kind=b"multipart/form-data; boundary=b")

    told = asked(server, form, chunks(FORM % bytes(3 << 19), size=1 << 16))

    assert (told[0], told[1]["code"]) == (413, "file-too-large")


def test_a_length_and_chunks_are_not_both_believed(server: RawServer, token: str) -> None:
    """One on the way may go by the other, and see another request in what is left."""
    both = head(b"PATCH", b"me", token, b"Content-Length: 4", CHUNKED)

    answer = server.ask(both + chunks(b'{"display_name": "smuggled"}'))

    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1 and b"smuggled" not in answer


@pytest.mark.parametrize(
    "coding", [b"gzip, chunked", b"identity", b"chunked, chunked", b"xchunked", b"chunked, identity"]
)
def test_another_coding_of_the_transfer_is_refused(server: RawServer, token: str, coding: bytes) -> None:
    answer = server.ask(
        head(b"PATCH", b"me", token, b"Transfer-Encoding: " + coding) + chunks(b'{"display_name": "x"}')
    )

    assert status(answer) in (400, 411, 415, 501)
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("broken", [b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n", b"2\r\n{}xx0\r\n\r\n"])
def test_chunks_that_are_none_are_refused(server: RawServer, token: str, broken: bytes) -> None:
    answer = server.ask(head(b"PATCH", b"me", token, CHUNKED) + broken)

    assert status(answer) == 400


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"deflate, gzip"])
def test_a_compressed_body_is_refused_and_never_read_as_it_is(
    name: str, encoding: bytes, token: str, servers: dict[str, RawServer]
) -> None:
    told = head(b"PATCH", b"me", token, b"Content-Encoding: " + encoding, b"Content-Length: 2")

    answer = servers[name].ask(told + b"{}")

    assert (status(answer), body_of(answer)["code"]) == (415, "content-encoding-unsupported")
    assert b"accept-encoding: identity" in answer.lower()


def test_a_server_that_cannot_take_chunks_apart_asks_for_a_length(
    servers: dict[str, RawServer], token: str
) -> None:
    inner = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"

    answer = servers["development"].ask(
        head(b"PATCH", b"me", token, CHUNKED).replace(b"Connection: close\r\n", b"") + chunks(inner, size=999)
    )

    assert (status(answer), body_of(answer)["code"]) == (411, "length-required")
    assert answer.count(b"HTTP/1.1 ") == 1  # what is unread of it is no next request
