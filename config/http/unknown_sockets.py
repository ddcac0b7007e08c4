"""A WebSocket to an address that has none is answered 404, as any other request is."""

import errors
from config.http.asgi import Message, Receive, Scope, Send, problem


class NothingHere(errors.NotFound):
    code = "not-found"
    message = "There is nothing here."


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse the handshake; with words where the server can send them ("websocket.http.response")."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        return await send({"type": "websocket.close"})
    status, headers, body = problem(scope, NothingHere())
    start: Message = {"type": "websocket.http.response.start", "status": status, "headers": headers}
    await send(start)
    return await send({"type": "websocket.http.response.body", "body": body})
