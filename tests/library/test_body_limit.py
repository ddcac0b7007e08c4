"""A body without end does not fill the disk."""

import asyncio
from typing import Any

from library.upload.body_limit import CappedBody
from library.upload.handler import FORM_BYTES

NOTHING_SENT: Any = None  # the applications here answer nothing


def test_a_body_ends_where_it_is_too_large_and_the_rest_is_dropped(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1 << 20
    sent, read, after = iter(range(100)), [], []

    async def receive() -> dict[str, Any]:
        if next(sent, None) is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": bytes(256 << 10), "more_body": True}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["more_body"]:
            read.append(len(message["body"]))
        after.append(await receive())

    asyncio.run(CappedBody(app)({"type": "http"}, receive, NOTHING_SENT))

    assert sum(read) <= (1 << 20) + FORM_BYTES
    assert after == [{"type": "http.disconnect"}]


def test_a_body_that_fits_passes_as_it_is() -> None:
    message = {"type": "http.request", "body": b"{}", "more_body": False}
    seen = []

    async def receive() -> dict[str, Any]:
        return message

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())

    asyncio.run(CappedBody(app)({"type": "http"}, receive, NOTHING_SENT))

    assert seen == [message]
