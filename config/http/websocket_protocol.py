"""WebSockets as uvicorn speaks them: counted, and dropped where nobody reads. Named by `--ws`."""

from asyncio import TimerHandle, Transport
from asyncio.transports import BaseTransport
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from config.http.connections import network_of, open_connections
from config.http.patience import patience


class PatientWebSocketProtocol(WebSocketsSansIOProtocol):
    """Its connection was let in by the HTTP protocol, which counted it; from here on it is counted here."""

    transport: Transport
    _writing: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.network = network_of(self.client)
        open_connections().enter(self.network)

    def connection_lost(self, exc: Exception | None) -> None:
        self.resume_writing()
        open_connections().leave(self.network)
        super().connection_lost(exc)

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
