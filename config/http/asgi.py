"""Refusals as an ASGI application gives them: the same problem+json as from any view."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from django.utils import translation

import errors
from config.errors import MEDIA_TYPE, problem_headers, problem_of
from jobs.realtime.connection_auth import language

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LINGER = 2.0  # seconds in which a client that still sends may notice the answer


def problem(scope: Scope, error: errors.DomainError) -> tuple[int, Headers, bytes]:
    """Status, headers and body of a refusal, in the language of the client."""
    spoken = language(scope)
    with translation.override(spoken):
        told = problem_of(error)
    body = json.dumps(told, ensure_ascii=False).encode()
    named = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Content-Language": spoken,
        "X-Content-Type-Options": "nosniff",
        **problem_headers(error),
    }
    return told["status"], [(name.encode(), value.encode()) for name, value in named.items()], body


async def refuse(scope: Scope, receive: Receive, send: Send, error: errors.DomainError) -> None:
    """Answer a request, or the handshake of a WebSocket, and end its connection."""
    ask = _refuse_socket if scope["type"] == "websocket" else _refuse_request
    await ask(scope, receive, send, error)


async def _refuse_socket(scope: Scope, receive: Receive, send: Send, error: errors.DomainError) -> None:
    """With words where the server can send them (the extension "websocket.http.response")."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        return await send({"type": "websocket.close"})
    status, headers, body = problem(scope, error)
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    return await send({"type": "websocket.http.response.body", "body": body})


async def _refuse_request(scope: Scope, receive: Receive, send: Send, error: errors.DomainError) -> None:
    """Answer, close the connection, and let go of what the client had sent by then.

    What is unread when a socket closes makes the kernel reset it, and the client may lose the answer: so
    the last message waits until it stops sending, but not for long (as `lingering_close` of nginx does).
    """
    status, headers, body = problem(scope, error)
    headers.append((b"Connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with suppress(TimeoutError):
        await asyncio.wait_for(_drain(receive), LINGER)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drain(receive: Receive) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass
