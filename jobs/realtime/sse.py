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
STILL_HERE_EVERY = 15.0  # seconds; proxies cut what is silent for longer
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


def asks_for_stream(scope: Scope) -> bool:
    """Whether this request is for the stream; the same path answers JSON to others."""
    if scope["type"] != "http" or scope["method"] != "GET" or not PATH.fullmatch(scope["path"]):
        return False
    return "text/event-stream" in connection_auth.headers(scope).get("accept", "")


class EventStream:
    """Streams to those who may read the job; whoever may not is answered by `rest`, as for JSON."""

    def __init__(self, rest: App) -> None:
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_stream(scope):
            return await self.rest(scope, receive, send)
        job_id, user = UUID(PATH.fullmatch(scope["path"])["id"]), await connection_auth.person(scope)  # type: ignore[index]
        after = connection_auth.headers(scope).get("last-event-id") or connection_auth.query(scope).get(
            "after", ""
        )
        if (
            user is None
            or not JobEvents.is_position(after)
            or not await connection_auth.may_read(user, job_id)
        ):
            return await self.rest(_for_json(scope), receive, send)
        return await _until_gone(
            _tell(JobEvents(job_id, connection_auth.language(scope)), after, send), receive
        )


def _for_json(scope: Scope) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept"]
    return {**scope, "headers": [*kept, (b"accept", b"application/json")]}


async def _tell(story: JobEvents, after: str, send: Send) -> None:
    started, told = False, time.monotonic()
    async for event in follow(story, after):
        if not started:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _write(send, "retry: 1000\n\n")
            started = True
        if event is not None or time.monotonic() - told >= STILL_HERE_EVERY:
            await _write(send, _frame(event))
            told = time.monotonic()
    if not started:
        await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _frame(event: dict[str, Any] | None) -> str:
    if event is None:
        return ": still here\n\n"
    return f"id: {event['seq']}\nevent: {event['kind']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _until_gone(telling: Any, receive: Receive) -> None:
    """Tell until there is no more to tell, or nobody is listening."""
    tasks = [asyncio.ensure_future(telling), asyncio.ensure_future(_gone(receive))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await tasks[0]


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
