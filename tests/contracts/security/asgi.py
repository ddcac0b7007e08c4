"""One request to the ASGI application as the server hands it over, and how much of its body was read."""

import asyncio
import json
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from config.asgi import application


@dataclass
class Answered:
    """What came back, and how many bytes of the body were read before the answer was begun."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    read: int = 0

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        found: dict[str, Any] = json.loads(self.body)
        return found


async def ask(
    method: str, path: str, *, body: Iterable[bytes] = (), client: str = "192.0.2.1", **headers: str
) -> Answered:
    """Send `body` in its parts; header names are written with underscores."""
    told = Answered()
    parts, over = [*body] or [b""], asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not parts:
            await over.wait()
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        told.read += 0 if told.status else len(part)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.status = message["status"]
            told.headers = {
                name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        else:
            told.body += message.get("body", b"")
            if not message.get("more_body"):
                over.set()

    await application(scope_of(method, path, client, headers), receive, send)
    return told


def scope_of(method: str, path: str, client: str, headers: dict[str, str]) -> dict[str, Any]:
    """The request as the server tells of it."""
    where, _, query = path.partition("?")
    given = {"host": "localhost", **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in given.items()],
        "client": (client, 40000),
        "server": ("localhost", 80),
    }
