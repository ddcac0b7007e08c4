"""What a body is wrapped in costs no more than the body: trailers, extensions of chunks, crumbs, frames."""

import base64
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.security.raw_server import RawServer, copy_database, everything, serving, status

pytestmark = pytest.mark.django_db  # so that the database is made
MIB = 1 << 20
CHUNKED = (
    b"POST /api/v1/auth/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
SOCKET = (
    b"GET /ws/me HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + base64.b64encode(bytes(16)) + b"\r\n\r\n"
)
PING, TEXT = bytes([0x89, 0x81]) + bytes(5), bytes([0x81, 0x81]) + bytes(5)


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RawServer]:
    folder = tmp_path_factory.mktemp("framing")
    with django_db_blocker.unblock():
        database = copy_database(folder)
    with serving(folder, database) as running:
        yield running


def taken(line: socket.socket, piece: bytes, most: int) -> int:
    """How many bytes of `piece`, again and again, the server takes of `most`."""
    sent = 0
    with suppress(OSError):
        while sent < most:
            line.sendall(piece)
            sent += len(piece)
    return sent


def resident(server: RawServer) -> int:
    """Bytes of memory that the server holds."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) << 10


@pytest.mark.parametrize(
    ("begun", "piece"),
    [
        (b"2\r\n{}\r\n0\r\n", (b"X-Trailer: " + b"a" * 1000 + b"\r\n") * 100),
        (b"2\r\n{}\r\n0\r\nX-Trailer: ", b"a" * 100_000),
        (b"2;a=", b"a" * 100_000),
        (b"", b"1\r\n \r\n" * 20_000),
    ],
    ids=["trailers", "one long trailer", "an extension without end", "crumbs"],
)
def test_a_chunked_body_brings_little_besides_itself(server: RawServer, begun: bytes, piece: bytes) -> None:
    before = resident(server)
    with server.connect() as line:
        line.sendall(CHUNKED + begun)

        assert taken(line, piece, 64 * MIB) < 16 * MIB  # what the kernel's buffers hold
        assert resident(server) < before + 16 * MIB
    assert server.lives()


def test_a_trailer_is_no_header(server: RawServer) -> None:
    """It came after everything was decided by the headers."""
    bare = CHUNKED + b"8\r\n" + b'{"a": 1}' + b"\r\n0\r\nAccept-Language: zh-CN\r\nConnection: close\r\n\r\n"

    answer = server.ask(bare, timeout=2.0)

    assert status(answer) == 400 and b"content-language: en" in answer.lower()


def test_a_body_in_chunks_of_a_usual_size_is_taken(server: RawServer) -> None:
    body = b'{"email": 3' + b" " * 200_000 + b"}"
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part)
        for part in (body[at : at + 512] for at in range(0, len(body), 512))
    )

    answer = server.ask(CHUNKED + chunks + b"0\r\n\r\n", timeout=2.0)

    assert status(answer) == 400 and b'"field":"email"' in answer  # it was read, and to its end


@pytest.mark.parametrize("frame", [PING, TEXT], ids=["pings", "texts"])
def test_a_websocket_is_not_talked_to_without_end(server: RawServer, frame: bytes) -> None:
    with server.connect() as line:
        line.sendall(SOCKET)
        assert status(line.recv(4096)) == 101
        assert taken(line, frame * 1000, 64 * MIB) < 16 * MIB
        everything(line)
    assert server.lives()


def test_a_websocket_hears_what_clients_say(server: RawServer) -> None:
    """A ping now and then is answered."""
    with server.connect(timeout=5) as line:
        line.sendall(SOCKET + PING * 3)
        answer = everything(line)
    assert status(answer) == 101 and b"no valid token" in answer


def test_the_log_tells_of_none_of_it_as_of_an_error(server: RawServer) -> None:
    assert "Traceback" not in server.log and "ERROR" not in server.log
