"""A WebSocket client that talks to the ASGI application itself."""

import json
from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator

from config.asgi import application

TIMEOUT = 10.0  # seconds


class Socket:
    """`await Socket("/ws/me", token).open()`, by header or, as browsers do, by `subprotocols`."""

    def __init__(self, url: str, token: str = "", subprotocols: tuple[str, ...] = ()) -> None:
        address = urlsplit(url)
        self.told: dict[str, Any] = {}  # what the server accepted and closed with
        scope = {
            "type": "websocket",
            "path": address.path,
            "query_string": address.query.encode(),
            "headers": [(b"authorization", f"Bearer {token}".encode())] if token else [],
            "subprotocols": list(subprotocols),
        }
        self.line = ApplicationCommunicator(application, scope)

    async def open(self) -> "Socket":
        await self.line.send_input({"type": "websocket.connect"})
        self.told = await self.line.receive_output(TIMEOUT)
        assert self.told["type"] == "websocket.accept"
        return self

    async def event(self) -> dict[str, Any]:
        """The next event."""
        return json.loads((await self.line.receive_output(TIMEOUT))["text"])

    async def close_code(self) -> int:
        """The code the server closes with, which has to be the next message it sends."""
        message = await self.line.receive_output(TIMEOUT)
        assert message["type"] == "websocket.close", message
        self.told = message
        return message["code"]

    async def is_silent(self) -> bool:
        return await self.line.receive_nothing(0.3)

    async def leave(self) -> None:
        await self.line.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.line.wait(TIMEOUT)
