"""Which web pages of other origins may read answers (CORS, as in the Fetch standard): those of CORS_ORIGINS.

No cookie is ever sent or set here, so a page has no more power than the token that its script holds: `*` is
as safe as the tokens are. It stands before everything else, since a refusal has to be readable as well, and a
browser asks first (a preflight) without the token, and is answered neither 401, 405 nor 429. WebSockets have
no such rule.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

import errors
from config.http import asgi, wsgi
from config.origins import ANY

METHODS = "DELETE, GET, HEAD, PATCH, POST, PUT"
EXPOSED = (
    "Accept-Ranges, Allow, Content-Disposition, Content-Encoding, Content-Range, ETag, Idempotent-Replayed, "
    "Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID"
)
ASKED = re.compile(r"[\w!#$%&'*+.^`|~-]+( ?, ?[\w!#$%&'*+.^`|~-]+)*", re.ASCII)  # names of headers
LONGEST = 1000  # characters of them
REMEMBERED = "7200"  # seconds that a browser need not ask again: the most that any of them keeps
Headers = list[tuple[str, str]]


class OriginRefused(errors.Forbidden):
    """`params`: origin."""

    code = "origin-refused"
    message = (
        "Web pages of {origin} may not read answers of this server. Whoever runs it adds that origin to the "
        "setting CORS_ORIGINS."
    )


def readable(origin: str) -> Headers:
    """The headers of an answer that let a page of `origin` read it; for all others, what keeps them apart."""
    allowed: frozenset[str] = settings.CORS_ORIGINS
    if ANY in allowed:
        return [("Access-Control-Allow-Origin", ANY), ("Access-Control-Expose-Headers", EXPOSED)]
    apart = [("Vary", "Origin")] if allowed else []
    if origin.lower() not in allowed:
        return apart
    named = [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", EXPOSED)]
    return named + apart


def preflight(origin: str, asked: str) -> Headers:
    """The headers that let a page of `origin` send any method, and the headers it has `asked` for.

    Raises OriginRefused."""
    may = readable(origin)
    if not any(name == "Access-Control-Allow-Origin" for name, _ in may):
        raise OriginRefused(origin=origin[:LONGEST])
    names = asked if len(asked) <= LONGEST and ASKED.fullmatch(asked) else "Authorization, Content-Type"
    may += [("Access-Control-Allow-Methods", METHODS), ("Access-Control-Allow-Headers", names)]
    return [*may, ("Access-Control-Max-Age", REMEMBERED)]


class CrossOrigin:
    """An ASGI application that keeps to this."""

    def __init__(self, app: asgi.App) -> None:
        self.app = app

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        given = dict(scope["headers"]) if scope["type"] == "http" else {}
        if b"origin" not in given:
            return await self.app(scope, receive, send)
        origin = given[b"origin"].decode("latin-1")
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in given:
            asked = given.get(b"access-control-request-headers", b"").decode("latin-1")
            return await _answer_preflight(scope, receive, send, origin, asked)
        told = [(name.encode(), value.encode("latin-1")) for name, value in readable(origin)]

        async def told_to_browsers(message: asgi.Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *told]}
            await send(message)

        return await self.app(scope, receive, told_to_browsers)


async def _answer_preflight(
    scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send, origin: str, asked: str
) -> None:
    try:
        told = preflight(origin, asked)
    except OriginRefused as refused:
        return await asgi.refuse(scope, receive, send, refused)
    headers = [(name.encode(), value.encode("latin-1")) for name, value in told]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    return await send({"type": "http.response.body", "body": b""})


def cross_origin(app: wsgi.App) -> wsgi.App:
    """A WSGI application that keeps to this."""

    def kept(request: wsgi.Environ, start_response: wsgi.StartResponse) -> Iterable[bytes]:
        if (origin := request.get("HTTP_ORIGIN")) is None:
            return app(request, start_response)
        if request["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request:
            asked = request.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            try:
                start_response("204 No Content", preflight(origin, asked))
            except OriginRefused as refused:
                return wsgi.refuse(request, start_response, refused)
            return []
        told = readable(origin)

        def start(status: str, headers: Headers, *error: Any) -> Any:
            return start_response(status, [*headers, *told], *error)

        return app(request, start)

    return kept
