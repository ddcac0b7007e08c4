"""`X-Request-ID`, taken from the client or made, on every answer and on the handshake of a WebSocket."""

from collections.abc import Iterable
from typing import Any

from api import request_id
from config.http import wsgi
from config.http.asgi import App, Message, Receive, Scope, Send

NAME = request_id.HEADER.lower().encode()
BEGINNINGS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


class RequestIds:
    """An ASGI application that has them."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = next((value for name, value in scope["headers"] if name == NAME), b"")
        told = (NAME, request_id.begin(sent.decode("latin-1")).encode())

        async def named(message: Message) -> None:
            if message["type"] in BEGINNINGS:
                message = {**message, "headers": [*message.get("headers", ()), told]}
            await send(message)

        await self.app(scope, receive, named)


def request_ids(app: wsgi.App) -> wsgi.App:
    """A WSGI application that has them."""

    def named(request: wsgi.Environ, start_response: wsgi.StartResponse) -> Iterable[bytes]:
        told = (request_id.HEADER, request_id.begin(request.get("HTTP_X_REQUEST_ID", "")))

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, told], *error)

        return app(request, start)

    return named
