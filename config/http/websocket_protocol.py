"""WebSockets as uvicorn speaks them: counted, dropped where nobody reads, closed where somebody talks without
end. Named by `--ws`."""

from asyncio import TimerHandle, Transport
from asyncio.transports import BaseTransport
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from config.http.connections import network_of, open_connections
from config.http.patience import patience

HEARD_AT_ONCE, HEARD_A_SECOND = 4096, 256  # bytes: nothing is asked for over a WebSocket but a pong
POLICY = 1008  # RFC 6455, 7.4.1


class PatientWebSocketProtocol(WebSocketsSansIOProtocol):
    """Its connection was let in by the HTTP protocol, which counted it; from here on it is counted here."""

    transport: Transport
    _writing: TimerHandle | None = None
    _heard, _heard_at = 0.0, 0.0

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.network = network_of(self.client)
        open_connections().enter(self.network)

    def connection_lost(self, exc: Exception | None) -> None:
        self.resume_writing()
        open_connections().leave(self.network)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The handshake comes first, from the HTTP protocol. Each frame costs the loop that all share some
        microseconds: who sends thousands is closed before they are read."""
        if self.handshake_initiated and not self._may_say(len(data)):
            self.conn.fail(POLICY, "nothing is asked for here")
            self.close_sent = True
            self.transport.write(b"".join(self.conn.data_to_send()))
            return self.transport.close()
        return super().data_received(data)

    def _may_say(self, size: int) -> bool:
        now = self.loop.time()
        self._heard = max(0.0, self._heard - (now - self._heard_at) * HEARD_A_SECOND) + size
        self._heard_at = now
        return self._heard <= HEARD_AT_ONCE

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self._writing or self.loop.call_later(patience().read_wait, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writing:
            self._writing.cancel()
            self._writing = None

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True  # refused in words; uvicorn would log it as left unanswered

    def send_receive_event_to_app(self) -> None:
        """A text that is no UTF-8 ends the connection (RFC 6455, 8.1), which is no error of ours to log."""
        if self.conn.state is not State.OPEN:  # closing: what still comes is read by nobody
            self.frames = []
            return None
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.send_close(1007)
                return self.handle_parser_exception()
        return super().send_receive_event_to_app()
