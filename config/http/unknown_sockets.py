"""A WebSocket to an address that has none is answered 404, as any other request is."""

import errors
from config.http.asgi import Receive, Scope, Send, refuse


class NothingHere(errors.NotFound):
    code = "not-found"
    message = "There is nothing here."


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """The route behind all others."""
    await refuse(scope, receive, send, NothingHere())
