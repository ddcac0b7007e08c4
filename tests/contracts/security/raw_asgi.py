"""Requests as a socket brings them: no client tidies the path first."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from asgiref.sync import async_to_sync
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.asgi import application


class Answer(NamedTuple):
    """What was sent back; `headers` by their names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def get(target: str) -> Answer:
    """GET `target`: a path and perhaps a query as on the request line; decoded once, as by uvicorn.

    In the thread that asks, so that it sees what the test has not committed."""
    path, _, query = target.encode().partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    sent: list[dict[str, Any]] = []
    with _connections_kept():
        async_to_sync(_ask)(scope, sent)
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in sent))


@contextmanager
def _connections_kept() -> Iterator[None]:
    """Without what Django does between requests: it would close the connection of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


async def _ask(scope: dict[str, Any], sent: list[dict[str, Any]]) -> None:
    is_asked = False

    async def receive() -> dict[str, Any]:
        nonlocal is_asked
        if is_asked:
            await asyncio.Event().wait()  # it stays connected for as long as it is answered
        is_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await application(scope, receive, send)
