"""`GET /api/v1/jobs/{id}/events` as server-sent events: a raw ASGI application.

A Django view would hold a thread per reader; this holds a coroutine. Readers go on from `Last-Event-ID`
or `?after=`. A reader that has seen the end is told 204, which makes an EventSource stop asking.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from jobs.realtime import connection_auth
from jobs.realtime.events import JobEvents
from jobs.realtime.stream import follow

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/api/v1/jobs/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/events")
KEEP_ALIVE_SECONDS = 15.0  # seconds; proxies cut what is silent for longer
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def asks_for_stream(scope: Scope) -> bool:
    """Whether this request is for the stream; the same path answers JSON to others."""
    if scope["type"] != "http" or scope["method"] != "GET" or not PATH.fullmatch(scope["path"]):
        return False
    return "text/event-stream" in connection_auth.headers(scope).get("accept", "")


class EventStream:
    """Streams to those who may read the job; others are answered as for JSON, by the application `rest`."""

    def __init__(self, rest: App) -> None:
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_stream(scope):
            return await self.rest(scope, receive, send)
        job_id = UUID(PATH.fullmatch(scope["path"])["id"])  # type: ignore[index]
        seen = connection_auth.headers(scope).get("last-event-id")
        after = seen or connection_auth.query(scope).get("after", "")
        if not JobEvents.is_position(after) or not await _may_read(scope, job_id):
            return await self.rest(_as_json_request(scope), receive, send)
        events = JobEvents(job_id, connection_auth.language(scope))
        return await _until_disconnected(_stream(events, after, send), receive)


async def _may_read(scope: Scope, job_id: UUID) -> bool:
    user = await connection_auth.user_of(scope)
    return user is not None and await connection_auth.may_read(user, job_id)


def _as_json_request(scope: Scope) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept"]
    return {**scope, "headers": [*kept, (b"accept", b"application/json")]}


async def _stream(events: JobEvents, after: str, send: Send) -> None:
    started, written = False, time.monotonic()
    async for event in follow(events, after):
        if not started:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _write(send, "retry: 1000\n\n")
            started = True
        if event is not None or time.monotonic() - written >= KEEP_ALIVE_SECONDS:
            await _write(send, _frame(event))
            written = time.monotonic()
    if not started:
        await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _frame(event: dict[str, Any] | None) -> str:
    if event is None:
        return ": still here\n\n"
    return f"id: {event['seq']}\nevent: {event['kind']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"


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
