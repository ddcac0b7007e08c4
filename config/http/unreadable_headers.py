"""Headers on which Django or DRF would break are left out, as if they had not been sent.

A parameter with an encoding (RFC 2231: `name*=utf-8''value`) in `Content-Type` or `Accept` may name a codec
that there is not: a ValueError where no view can answer it. No media type of ours has one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from config.http.asgi import App, Receive, Scope, Send

ASGI_NAMES = (b"content-type", b"accept")
WSGI_NAMES = ("CONTENT_TYPE", "HTTP_ACCEPT")


class ReadableHeaders:
    """An ASGI application without them."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if any(name in ASGI_NAMES and b"*" in value and b"'" in value for name, value in scope["headers"]):
            kept = [pair for pair in scope["headers"] if pair[0] not in ASGI_NAMES or b"'" not in pair[1]]
            scope = {**scope, "headers": kept}
        await self.app(scope, receive, send)


def readable_headers(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application without them."""

    def readable(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kept = {k: v for k, v in environ.items() if k not in WSGI_NAMES or not ("*" in v and "'" in v)}
        return app(kept, start_response)

    return readable
