"""Streams: opened by no token in an address, ended with their token, cheap while idle, and not too many."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db.backends.utils import CursorWrapper

from config.asgi import request_rate
from creator.accounts import sessions, tickets, tokens
from creator.models import Ticket, Token, User
from creator.models.sign_in import TokenQuerySet
from creator.scopes import Scope
from jobs.models import Job
from jobs.realtime import access, event_watcher, stream
from tests.contract import CheckedClient
from tests.jobs.conftest import submit as submit
from tests.jobs.sockets import Socket
from tests.jobs.test_realtime import Reader

pytestmark = pytest.mark.django_db(transaction=True)
CHECK_SECONDS, PROMISED = access.CHECK_SECONDS, 5.0  # seconds; the first is hastened below
Submit = Callable[..., Job]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "CHECK_SECONDS", 0.05)


@pytest.fixture
def session(creator: User) -> tuple[Token, str]:
    return sessions.open_session(creator)


def test_the_promise_of_five_seconds_is_kept_with_room_to_spare() -> None:
    assert PROMISED >= 2 * CHECK_SECONDS


async def test_a_token_in_an_address_opens_nothing_and_the_answer_says_what_does(
    submit: Submit, session: tuple[Token, str]
) -> None:
    job = await sync_to_async(submit)()
    for beside in ("", session[1]):
        socket = await Socket(f"/ws/jobs/{job.pk}?token={session[1]}", beside).open()

        assert await socket.close_code() == 4401
        assert "ticket" in socket.told["reason"]


def test_over_rest_a_token_in_an_address_is_refused_with_what_to_do(session: tuple[Token, str]) -> None:
    answer = CheckedClient(headers={"Accept-Language": "en"}).get(f"/api/v1/me?token={session[1]}")

    assert answer.status_code == 401
    assert "POST /api/v1/auth/ticket" in answer.json()["detail"]


async def test_a_browser_sends_its_token_as_a_subprotocol_which_is_not_sent_back(
    submit: Submit, session: tuple[Token, str]
) -> None:
    job = await sync_to_async(submit)()
    offered = ("lingying.v1", f"bearer.{session[1]}")
    socket = await Socket(f"/ws/jobs/{job.pk}", subprotocols=offered).open()

    assert socket.told["subprotocol"] == "lingying.v1"
    assert session[1] not in json.dumps(socket.told, default=str)
    assert (await socket.event())["kind"] == "queued"
    await socket.leave()


async def test_a_ticket_opens_one_stream(submit: Submit, session: tuple[Token, str]) -> None:
    job = await sync_to_async(submit)()
    client = CheckedClient(headers={"Authorization": f"Bearer {session[1]}"})
    made = await sync_to_async(client.post)("/api/v1/auth/ticket")
    ticket = made.json()["ticket"]

    first = await Socket(f"/ws/jobs/{job.pk}?ticket={ticket}").open()
    again = await Socket(f"/ws/jobs/{job.pk}?ticket={ticket}").open()

    assert (await first.event())["kind"] == "queued"
    assert await again.close_code() == 4401
    await first.leave()


def test_a_ticket_that_opens_nothing_is_told_from_no_sign_in(session: tuple[Token, str]) -> None:
    client = CheckedClient(headers={"Accept-Language": "zh-Hans"})

    answer = client.get(f"/api/v1/me?ticket={tickets.issue(session[0])}")

    assert (answer.status_code, "票据" in answer.json()["detail"]) == (401, True)


@pytest.mark.parametrize("spoil", ["expire", "revoke", "renew"])
def test_a_ticket_that_is_old_or_whose_token_ended_opens_nothing(
    session: tuple[Token, str], spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "SECONDS", -1 if spoil == "expire" else 30)
    ticket = tickets.issue(session[0])
    if spoil == "revoke":
        session[0].delete()
    if spoil == "renew":
        sessions.rotate(session[0])

    assert tickets.redeem(ticket) is None


def test_a_ticket_that_is_used_while_its_token_is_renewed_opens_no_stream_of_the_new_one(
    session: tuple[Token, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = tickets.issue(session[0])
    alive = TokenQuerySet.alive

    def renewed_just_before(rows: TokenQuerySet) -> TokenQuerySet:
        Token.objects.filter(pk=session[0].pk).update(digest=tokens.digest("another"))
        return alive(rows)

    monkeypatch.setattr(TokenQuerySet, "alive", renewed_just_before)

    assert tickets.redeem(ticket) is None


def test_a_ticket_is_kept_as_a_digest(session: tuple[Token, str]) -> None:
    ticket = tickets.issue(session[0])

    assert ticket not in str(Ticket.objects.values().get())


ENDS: dict[str, Callable[[Token], Any]] = {
    "signed out": lambda token: token.delete(),
    "signed out everywhere": lambda token: sessions.end_all(token.user),
    "renewed": lambda token: sessions.rotate(token),
    "suspended": lambda token: User.objects.filter(pk=token.user_id).update(is_active=False),
    "deleted": lambda token: token.user.delete(),
}


@pytest.mark.parametrize("how", ENDS)
async def test_a_websocket_ends_with_its_token(how: str, session: tuple[Token, str]) -> None:
    socket = await Socket("/ws/me?after=0", session[1]).open()
    assert await socket.is_silent()

    await sync_to_async(ENDS[how])(session[0])

    assert await socket.close_code() == 4401
    assert "revoked" in socket.told["reason"]


async def test_an_event_stream_ends_with_its_token_and_says_why(
    submit: Submit, session: tuple[Token, str]
) -> None:
    job = await sync_to_async(submit)()
    reader = Reader(job, session[1])
    await reader.start()
    await reader.frames(until="queued")

    await sync_to_async(session[0].delete)()

    last = (await reader.line.receive_output(10))["body"].decode()
    while last.startswith(": "):  # a comment that keeps the line open
        last = (await reader.line.receive_output(10))["body"].decode()
    assert "event: closed" in last and "authentication-failed" in last
    assert not (await reader.line.receive_output(10)).get("more_body")


async def test_a_key_that_may_not_read_opens_no_stream(submit: Submit, creator: User) -> None:
    job = await sync_to_async(submit)()
    issue = sync_to_async(tokens.issue)
    _, secret = await issue(creator, kind=Token.Kind.KEY, scopes=[Scope.EDIT])

    socket = await Socket("/ws/me", secret).open()

    assert await socket.close_code() == 4403
    assert "read" in socket.told["reason"]
    assert await Reader(job, secret).start() == 403


async def test_a_person_has_so_many_streams_and_is_told(
    submit: Submit, session: tuple[Token, str], settings: Any
) -> None:
    settings.LIMITS = {"streams": 1}
    job = await sync_to_async(submit)()
    first = await Socket("/ws/me?after=0", session[1]).open()
    assert (await first.event())["kind"] == "queued"

    second = await Socket("/ws/me", session[1]).open()

    assert await second.close_code() == 4409
    assert "limit-reached" in second.told["reason"]
    assert await Reader(job, session[1]).start() == 409
    await first.leave()
    third = await Socket("/ws/me?after=0", session[1]).open()
    assert (await third.event())["kind"] == "queued"
    await third.leave()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that any thread sends to the database."""
    sent: list[str] = []
    execute = CursorWrapper.execute

    def count(cursor: CursorWrapper, sql: str, params: Any = None) -> Any:
        sent.append(sql)
        return execute(cursor, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", count)
    return sent


async def test_idle_streams_ask_the_database_no_more_than_one_does(
    session: tuple[Token, str], settings: Any, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS = {"streams": 200}
    monkeypatch.setattr(event_watcher, "TICK", 0.01)
    per_check = []
    open_ones: list[Socket] = []
    for more in (1, 99):
        open_ones += [await Socket("/ws/me?after=0", session[1]).open() for _ in range(more)]
        assert await open_ones[-1].is_silent()
        checks, others = await _of_ten_checks(asked)
        per_check.append(others / checks)

    assert per_check == [0, 0]
    for socket in open_ones:
        await socket.leave()


async def _of_ten_checks(asked: list[str]) -> tuple[int, int]:
    """The statements sent until the tokens were checked ten times: those checks, and all others."""
    asked.clear()
    while sum("creator_token" in sql for sql in asked) < 10:
        await asyncio.sleep(0.01)
    checks = [sql for sql in asked if "creator_token" in sql]
    return len(checks), len(asked) - len(checks)


async def test_no_token_and_no_ticket_is_in_the_logs(
    session: tuple[Token, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    socket = await Socket("/ws/me", subprotocols=("lingying.v1", f"bearer.{session[1]}")).open()
    await socket.leave()

    assert session[1] not in caplog.text


async def test_of_one_person_so_many_pages_are_read_at_a_time_and_nobody_else_waits(
    creator: User, other: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS = {"requests_at_once": 2}
    reading: list[int] = []
    may_end = asyncio.Event()

    def slowly(read: Any) -> Any:
        async def page(after: str) -> Any:
            reading.append(read.__self__.owner_id)
            await may_end.wait()
            return await database_sync_to_async(read)(after)

        return page

    monkeypatch.setattr(stream, "database_sync_to_async", slowly)
    issue = sync_to_async(sessions.open_session)
    mine, theirs = (await issue(creator))[1], (await issue(other))[1]
    opened = [await Socket("/ws/me?after=0", mine).open() for _ in range(4)]
    opened.append(await Socket("/ws/me?after=0", theirs).open())

    assert await opened[0].is_silent()
    assert sorted(reading) == sorted([creator.pk] * 2 + [other.pk])
    may_end.set()
    assert await opened[0].is_silent()
    assert reading.count(creator.pk) >= 4
    for socket in opened:
        await socket.leave()


@pytest.mark.parametrize("by", ["header", "subprotocol"])
async def test_opening_a_stream_is_a_request_of_whoever_opens_it(
    session: tuple[Token, str], settings: Any, by: str
) -> None:
    settings.LIMITS = {"requests": 2, "network_requests": 10}
    request_rate.forget()
    offered = ("lingying.v1", f"bearer.{session[1]}")

    async def answer() -> str:
        socket = Socket("/ws/me", session[1]) if by == "header" else Socket("/ws/me", subprotocols=offered)
        await socket.line.send_input({"type": "websocket.connect"})
        told = (await socket.line.receive_output(10))["type"]
        if told == "websocket.accept":
            await socket.leave()
        return str(told)

    assert [await answer() for _ in range(3)] == ["websocket.accept", "websocket.accept", "websocket.close"]
    request_rate.forget()
