"""`GET /api/v1/jobs/{id}/events` as server-sent events: a raw ASGI application.

A Django view would hold a thread per reader; this holds a coroutine. Readers go on from `Last-Event-ID`
or `?after=`. A reader that has seen the end is told 204, which makes an EventSource stop asking. A stream
whose token ends says so in a last event `closed`.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import translation
from django.utils.translation import gettext
from rest_framework.exceptions import AuthenticationFailed

from creator.accounts.authentication import BEARER, REFUSED
from creator.errors import LimitReached
from creator.models import Token
from creator.scopes import Scope as TokenScope
from jobs.errors import PositionUnknown
from jobs.realtime import access, connection_auth
from jobs.realtime.access import Access, AccessEnded
from jobs.realtime.events import JobEvents
from jobs.realtime.stream import follow

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/api/v1/jobs/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/events")
KEEP_ALIVE_SECONDS = 15.0  # seconds; proxies cut what is silent for longer
REFUSED_STREAM = "jobs.refused_stream"
"""The key of an ASGI scope under which the JSON route finds the error that a stream was refused with."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def asks_for_stream(scope: Scope) -> bool:
    """Whether this request is for the stream; the same path answers JSON to others."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not PATH.fullmatch(scope["path"]):
        return False
    return "text/event-stream" in connection_auth.headers(scope).get("accept", "")


class EventStream:
    """Streams to those who may read the job; others are answered as for JSON, by the application `rest`."""

    def __init__(self, rest: App) -> None:
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_stream(scope) or not connection_auth.is_addressed(scope):
            return await self.rest(scope, receive, send)
        token = await connection_auth.token_of(scope)
        job_id = UUID(PATH.fullmatch(scope["path"])["id"])  # type: ignore[index]
        seen = connection_auth.headers(scope).get("last-event-id")
        after = seen or connection_auth.query(scope).get("after", "")
        odd = connection_auth.has_odd_query(scope)  # the JSON route tells of it
        if token is None or odd or not await _may_read(token, job_id):
            return await self.rest(_as_json_request(scope, token), receive, send)
        events = JobEvents(job_id, connection_auth.language(scope))
        try:
            await database_sync_to_async(events.require_position)(after)
            if scope["method"] == "HEAD":
                return await _head(send)
            with access.opened(token) as right:
                return await _until_disconnected(_stream(events, after, right, send), receive)
        except (LimitReached, PositionUnknown) as refused:
            return await self.rest({**_as_json_request(scope, token), REFUSED_STREAM: refused}, receive, send)


async def _may_read(token: Token, job_id: UUID) -> bool:
    return token.has(TokenScope.READ) and await connection_auth.may_read(token.user, job_id)


def _as_json_request(scope: Scope, token: Token | None) -> Scope:
    """The request for JSON; by the token that was found, for a ticket is used up by now."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept"]
    asked = {**scope, "headers": [*kept, (b"accept", b"application/json")]}
    return asked | {BEARER: token} if token else asked


async def _stream(events: JobEvents, after: str, right: Access, send: Send) -> None:
    started = quiet = False
    try:
        async for event in follow(events, after, right, quiet=KEEP_ALIVE_SECONDS):
            if not started:
                await _start(send)
            if event is not None or quiet:  # the first None comes at once, the next after some silence
                await _write(send, _frame(event))
            started, quiet = True, event is None
    except AccessEnded:
        if not started:
            await _start(send)
        started = True
        await _write(send, _closed(events.language))
    if not started:
        await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _head(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b""})


async def _start(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await _write(send, "retry: 1000\n\n")


def _frame(event: dict[str, Any] | None) -> str:
    if event is None:
        return ": still here\n\n"
    return f"id: {event['seq']}\nevent: {event['kind']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"


def _closed(language: str) -> str:
    with translation.override(language):
        told = {"code": AuthenticationFailed.default_code.replace("_", "-"), "detail": gettext(REFUSED)}
    return f"event: closed\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _until_disconnected(streaming: Any, receive: Receive) -> None:
    """Stream to the end, or until the reader disconnects."""
    tasks = [asyncio.ensure_future(streaming), asyncio.ensure_future(_disconnected(receive))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await tasks[0]


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
