"""HTTP/1.1 as uvicorn speaks it, with an end to its patience.

uvicorn waits for ever for headers, for a body and for somebody to read an answer, takes headers of any
length and any number of requests in advance. Named by `--http` (`config.serve`).
"""

import json
from asyncio import TimerHandle, Transport
from enum import Enum, auto
from typing import Any

import httptools
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from config.http.connections import network_of, open_connections
from config.http.patience import Patience, patience

AHEAD = 16  # requests that may be sent before the first is answered
STEP = 1.0  # seconds between looks at a body that is under way
LEAST_RATE = 1024  # bytes a second of a body, on the whole, after `body_wait`
LEAST_CHUNK, CRUMBS = 16, 256  # bytes of a chunk, on the average, once there are more than so many

REFUSED: dict[int, tuple[str, Any]] = {
    400: ("bad-request", _("This request could not be read.")),
    408: ("too-slow", _("This request came too slowly.")),
    429: ("too-many-connections", _("Too many connections are open from this network. Close some first.")),
    431: ("head-too-large", _("The address and headers of this request are too long.")),
}


class Part(Enum):
    """What is read next on a connection."""

    NOTHING = auto()  # the request is whole; another may follow
    HEAD = auto()
    BODY = auto()


class Refused(Exception):
    """Raised within the parser, which hands it on as its own error."""


class PatientHttpProtocol(HttpToolsProtocol):
    """Ends connections that wait for nothing, and refuses what is too long or too much."""

    transport: Transport

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patience: Patience = patience()
        self.timeout_keep_alive = self.patience.idle_wait
        self.network = ""
        self._part, self._head_bytes, self._status = Part.NOTHING, 0, 0
        self._reading: TimerHandle | None = None
        self._writing: TimerHandle | None = None
        self._body_bytes, self._body_since, self._last_byte = 0, 0.0, 0.0
        self._wire_bytes, self._chunks = 0, 0
        self._answering: RequestResponseCycle | None = None

    # ── the connection ──────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.network = network_of(self.client)
        if open_connections().enter(self.network):
            self._reading = self.loop.call_later(self.patience.head_wait, self._head_is_late)
        else:
            self._refuse(429)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        open_connections().leave(self.network)
        for cycle in (self._answering, *(ahead for ahead, _app in self.pipeline)):
            if cycle and not cycle.response_complete:  # uvicorn tells only the newest that nobody listens
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """The connection is the WebSocket's from here on, and counted there."""
        self._stop_waiting()
        super().handle_websocket_upgrade()
        open_connections().leave(self.network)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return None
        self._unset_keepalive_if_required()
        if self._part is Part.BODY:
            self._wire_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                return self.handle_websocket_upgrade()
        except httptools.HttpParserError:
            return self._refuse(self._status or 400)
        if self._part is Part.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > self.patience.head_bytes:
                return self._refuse(431)
        if self._part is Part.BODY and self._is_mostly_framing():
            return self._refuse(431)
        return self._wait()

    def _is_mostly_framing(self) -> bool:
        """Whether more comes around a body than in it: extensions of chunks, or trailers."""
        return self._wire_bytes - self._body_bytes > self.patience.head_bytes + self._body_bytes // 2

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def on_message_begin(self) -> None:
        self._expect(Part.HEAD)
        self._head_bytes = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """What comes behind a body, as a trailer, is no header: nobody here waits for one."""
        if self._part is Part.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        length = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if length > self.patience.head_bytes:
            self._raise(431)
        if len(self.pipeline) >= AHEAD:
            self._raise(429)
        is_named = any(name == b"host" for name, _ in self.headers)
        if not self.url.isascii() or not (is_named or self.parser.get_http_version() == "1.0"):
            self._raise(400)  # RFC 9112, 3.2
        self._expect(Part.BODY)
        self._body_bytes, self._body_since = 0, self.loop.time()
        self._last_byte = self._body_since
        self._wire_bytes, self._chunks = 0, 0
        super().on_headers_complete()

    def on_chunk_header(self) -> None:
        """Each chunk costs as much as many bytes of a body: crumbs are refused within the parser."""
        self._chunks += 1
        if self._chunks > CRUMBS and self._chunks * LEAST_CHUNK > self._body_bytes:
            self._raise(400)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._last_byte = self.loop.time()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._expect(Part.NOTHING)
        super().on_message_complete()

    def _expect(self, part: Part) -> None:
        self._part = part
        if self._reading:
            self._reading.cancel()
            self._reading = None

    def _wait(self) -> None:
        """Set the clock for what is read next. Bytes that begin no request do not end the wait for one."""
        answered = self.cycle is None or self.cycle.response_complete
        if self._reading or (self._part is Part.NOTHING and not answered):
            return
        if self._part is Part.BODY:
            self._reading = self.loop.call_later(STEP, self._look_at_body)
        elif self._part is Part.HEAD or self.timeout_keep_alive_task is None:
            self._reading = self.loop.call_later(self.patience.head_wait, self._head_is_late)

    def _head_is_late(self) -> None:
        self._reading = None
        if self.flow.read_paused:  # we do not read: an earlier request is not answered yet
            self._reading = self.loop.call_later(self.patience.head_wait, self._head_is_late)
        else:
            self._refuse(408)

    def _look_at_body(self) -> None:
        self._reading, now = self.loop.call_later(STEP, self._look_at_body), self.loop.time()
        if self.flow.read_paused:  # we do not read: what waits is our time, not the client's
            self._last_byte, self._body_since = now, self._body_since + STEP
        paused, spent = now - self._last_byte, now - self._body_since
        least = (spent - self.patience.body_wait) * LEAST_RATE
        if paused > self.patience.body_wait or self._body_bytes < least:
            self._refuse(408)

    # ── writing ─────────────────────────────────────────────────────────────────────────────────

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writing:
            self._writing.cancel()
            self._writing = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._part is Part.BODY:
            self.transport.close()  # answered before it was all sent: nobody reads the rest
        self._watch_reader()

    def _watch_reader(self) -> None:
        """Drop a client that takes nothing of its answer, also where we are closing and only wait for it."""
        left = self.transport.get_write_buffer_size()
        if left and not self._writing:
            self._writing = self.loop.call_later(self.patience.read_wait, self._reader_is_late, left)

    def _reader_is_late(self, left: int) -> None:
        self._writing = None
        if self.transport.get_write_buffer_size() >= left:
            self.transport.abort()
        else:
            self._watch_reader()

    # ── refusing ────────────────────────────────────────────────────────────────────────────────

    def send_400_response(self, msg: str) -> None:
        self._refuse(400)

    def _raise(self, status: int) -> None:
        self._status = status
        raise Refused

    def _refuse(self, status: int) -> None:
        """Answer, unless another answer is under way, and close."""
        self._stop_waiting()
        now = self._answering
        if now is None or now.response_complete or not now.response_started:
            self.transport.write(answer(status, self.headers or []))
        self.transport.close()
        self._watch_reader()

    def _stop_waiting(self) -> None:
        self._unset_keepalive_if_required()
        for timer in (self._reading, self._writing):
            if timer:
                timer.cancel()
        self._reading = self._writing = None


def answer(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    """A whole answer, in the language that `headers` ask for."""
    from api import request_id
    from config.errors import MEDIA_TYPE, problem_details  # models: not before Django is set up
    from jobs.realtime.connection_auth import language

    code, detail = REFUSED[status]
    sent = next((value for name, value in headers if name == b"x-request-id"), b"")
    named = request_id.begin(sent.decode("latin-1"))
    spoken = language({"headers": headers})
    with override(spoken):
        body = json.dumps(problem_details(status, code, gettext(str(detail))), ensure_ascii=False).encode()
    told = f"Content-Type: {MEDIA_TYPE}\r\nContent-Language: {spoken}\r\nContent-Length: {len(body)}\r\n"
    told += f"{request_id.HEADER}: {named}\r\n"
    return b"".join((STATUS_LINE[status], told.encode(), b"Connection: close\r\n\r\n", body))
