"""A WebSocket to an address that has none, or by a name that is not ours, is answered as any request is."""

import errors
from config.http.asgi import App, Receive, Scope, Send, refuse
from config.http.errors import LONGEST_HOST, HostUnknown
from jobs.realtime.connection_auth import headers, is_addressed


class NothingHere(errors.NotFound):
    code = "not-found"
    message = "There is nothing here."


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """The route behind all others."""
    await refuse(scope, receive, send, NothingHere())


class KnownHosts:
    """An ASGI application whose WebSockets are opened under ALLOWED_HOSTS alone."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_addressed(scope):
            return await self.app(scope, receive, send)
        return await refuse(scope, receive, send, HostUnknown(host=headers(scope)["host"][:LONGEST_HOST]))
