"""How much of a request's body is read at all, under ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from library.upload.handler import FORM_BYTES

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class CappedBody:
    """Ends a body where it grows past the largest upload: Django writes a whole body to disk before any
    view is asked. What answers 413 is the upload handler, by the length that was declared."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        await self.app(scope, _capped(receive, settings.UPLOAD_MAX_BYTES + FORM_BYTES), send)


def _capped(receive: Receive, most: int) -> Receive:
    left = most

    async def capped() -> Message:
        nonlocal left
        message = await receive()
        while left < 0 and message["type"] == "http.request":
            message = await receive()  # what comes after the end is dropped as it comes
        left -= len(message.get("body", b""))
        over = left < 0 and message["type"] == "http.request"
        return {"type": "http.request", "body": b"", "more_body": False} if over else message

    return capped
