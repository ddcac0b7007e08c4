"""Who is slow, idle or too many is let go: the waits here are short ones, of the same clocks."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from api.client_address import client_network
from config.http.connections import OpenConnections
from fixtures.waiting import until
from tests.contracts.security.raw_server import RawServer, copy_database, everything, serving, status

pytestmark = pytest.mark.django_db  # so that the database is made
GET = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /api/v1/auth/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
MOST = 40  # connections of one network here


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RawServer]:
    folder = tmp_path_factory.mktemp("connections")
    with django_db_blocker.unblock():
        database = copy_database(folder)
    waits = dict.fromkeys(("head_wait", "body_wait", "read_wait", "idle_wait"), 1)
    with serving(folder, database, connections=MOST, **waits) as running:
        yield running


def test_a_connection_that_asks_nothing_is_closed(server: RawServer) -> None:
    with server.connect() as line:
        assert status(everything(line)) == 408


@pytest.mark.parametrize("begun", [b"G", GET, GET + b"X-Slow: a", b"\r\n", b"\r\n\r\n\r\n"])
def test_headers_that_do_not_end_are_not_waited_for(server: RawServer, begun: bytes) -> None:
    with server.connect() as line:
        line.sendall(begun)
        assert status(everything(line)) == 408


def test_headers_that_trickle_are_not_waited_for(server: RawServer) -> None:
    """A byte now and then does not set the clock back."""
    with server.connect(timeout=0.2) as line:
        line.sendall(GET)
        answer = b""
        for _ in range(100):
            try:
                line.sendall(b"X")
                answer = line.recv(4096)
                break
            except TimeoutError:
                continue
        assert status(answer) == 408


@pytest.mark.parametrize("length", [b"Content-Length: 100\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_body_that_does_not_come_is_not_waited_for(server: RawServer, length: bytes) -> None:
    with server.connect() as line:
        line.sendall(POST + b"Accept-Language: zh-CN\r\n" + length + b"\r\n")
        answer = everything(line)
    assert status(answer) == 408
    assert "请求发送过慢" in answer.decode()


def test_a_kept_connection_that_asks_no_more_is_closed(server: RawServer) -> None:
    with server.connect() as line:
        line.sendall(GET + b"\r\n")
        answer = everything(line)
    assert status(answer) == 200 and answer.count(b"HTTP/1.1") == 1


def test_a_kept_connection_may_ask_again(server: RawServer) -> None:
    answer = server.ask((GET + b"\r\n") * 3)

    assert answer.count(b"HTTP/1.1 200") == 3


def test_who_does_not_read_an_answer_is_dropped(server: RawServer) -> None:
    """The schema asked for again and again, none of it read: the server lets go of the connection."""
    schema = b"GET /api/schema/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with server.connect() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        until(lambda: _is_gone(line, schema), within=20)


def _is_gone(line: socket.socket, more: bytes) -> bool:
    try:
        line.send(more)
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize(
    "head",
    [
        GET + b"X-Long: " + b"a" * 40_000 + b"\r\n\r\n",
        GET + b"X: a\r\n" * 7_000 + b"\r\n",
        b"GET /livez?" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"a" * 10_000_000,
    ],
    ids=["one long header", "many headers", "a long address", "an address without end"],
)
def test_a_head_has_a_largest_size(server: RawServer, head: bytes) -> None:
    assert status(server.ask(head)) in (431, 0)  # 0: the answer was lost on the way, as more was sent
    assert server.lives()


def test_requests_are_not_taken_far_in_advance(server: RawServer) -> None:
    answer = server.ask((GET + b"\r\n") * 1000)

    assert answer.count(b"HTTP/1.1 200") < 100


def test_a_network_has_a_most_of_connections_and_gets_its_places_back(server: RawServer) -> None:
    with ExitStack() as held:
        lines = [held.enter_context(server.connect()) for _ in range(MOST + 5)]
        answers = [status(everything(line)) for line in lines]
    assert answers.count(429) == 5
    assert server.lives()


def test_a_network_that_hoards_cannot_keep_others_out() -> None:
    places = OpenConnections(each=1000, in_all=100)

    hoarded = sum(places.enter("192.0.2.1") for _ in range(90))

    assert hoarded == 50
    for _ in range(40):  # those that were refused go
        places.leave("192.0.2.1")
    assert all(places.enter(f"198.51.100.{n}") for n in range(20))


def test_the_addresses_of_one_subscriber_are_one_network() -> None:
    assert client_network({"REMOTE_ADDR": "2001:db8::1"}) == client_network({"REMOTE_ADDR": "2001:db8::ffff"})


def test_the_log_tells_of_none_of_it_as_of_an_error(server: RawServer) -> None:
    assert "Traceback" not in server.log and "ERROR" not in server.log
