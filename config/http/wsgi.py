"""Refusals as a WSGI application gives them: the same problem+json as from any view."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import errors
from config.http.asgi import problem

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


def refuse(request: Environ, start_response: StartResponse, error: errors.DomainError) -> Iterable[bytes]:
    """Answer a request without a length: a server that cannot tell where an answer ends closes the connection
    behind it, so what is unread of this request is no next one. (PEP 3333 leaves `Connection` to the server.)
    """
    scope = {
        "headers": [(b"accept-language", request.get("HTTP_ACCEPT_LANGUAGE", "").encode("latin-1"))],
        "query_string": request.get("QUERY_STRING", "").encode("latin-1"),
    }
    status, headers, body = problem(scope, error)
    told = [(name.decode(), value.decode("latin-1")) for name, value in headers if name != b"Content-Length"]
    start_response(f"{status} {HTTPStatus(status).phrase}", told)
    return iter([body])  # of a list the server would know the length
