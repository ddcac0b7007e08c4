"""WebSockets: the same events as everywhere else, pushed.

A connection is accepted before it is refused: only so do browsers get to see the close code and its reason.
"""

import asyncio
import json
import logging
from contextlib import suppress
from enum import Enum
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from creator.errors import LimitReached, ScopeMissing
from creator.models import Token, User
from creator.scopes import Scope
from jobs.errors import PositionUnknown
from jobs.realtime import access, connection_auth
from jobs.realtime.access import AccessEnded
from jobs.realtime.events import JobEvents, OwnerEvents
from jobs.realtime.stream import follow

log = logging.getLogger(__name__)


class Close(Enum):
    """Why a connection is closed: the code, and the reason sent with it (at most 123 bytes)."""

    ENDED = (1000, "the job has ended")
    DEFECT = (1011, "come back and go on behind the last event")
    BAD_QUERY = (4400, "the address may have `after`, `lang` and `ticket`, each once")
    BAD_POSITION = (4400, "`after` is no position of these events")
    NO_TOKEN = (4401, "no valid token: sign in with POST /api/v1/auth/login")
    TOKEN_IN_ADDRESS = (
        4401,
        "not ?token=: send a header, subprotocol bearer.TOKEN, or ?ticket= of POST auth/ticket",
    )
    ACCESS_ENDED = (4401, "the token was revoked or has expired, or its account was closed")
    NO_SCOPE = (4403, f"{ScopeMissing.code}: {Scope.READ.value}")
    NOT_THERE = (4404, "there is no such job for you")
    TOO_MANY = (4409, f"{LimitReached.code}: streams; close one of yours first")


class ReaderLeft(Exception):
    """Whoever reads has hung up: nobody is there to be told anything."""


class EventsConsumer(AsyncWebsocketConsumer):
    """Sends events as JSON texts. What the reader sends is ignored."""

    _task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept(connection_auth.subprotocol(self.scope))
        if connection_auth.has_token_in_address(self.scope):
            return await self._close(Close.TOKEN_IN_ADDRESS)
        if connection_auth.has_odd_query(self.scope):
            return await self._close(Close.BAD_QUERY)
        token = await connection_auth.token_of(self.scope)
        if token is None or not token.has(Scope.READ):
            return await self._close(Close.NO_SCOPE if token else Close.NO_TOKEN)
        return await self._open(token)

    async def _open(self, token: Token) -> None:
        events = await self.events_for(token.user)
        after = connection_auth.query(self.scope).get("after", "")
        if events is None:
            return await self._close(Close.NOT_THERE)
        try:
            await database_sync_to_async(events.require_position)(after)
        except PositionUnknown:
            return await self._close(Close.BAD_POSITION)
        self._task = asyncio.create_task(self._serve(events, after, token))
        return None

    async def events_for(self, user: User) -> JobEvents | OwnerEvents | None:
        """The events this connection reads; None if there is no such thing for `user`."""
        raise NotImplementedError

    async def first_position(self, events: JobEvents | OwnerEvents, after: str) -> str:
        """Where to begin to read, where the reader asked for `after`."""
        return after

    async def _serve(self, events: JobEvents | OwnerEvents, after: str, token: Token) -> None:
        try:
            await self._push(events, after, token)
            why = Close.ENDED
        except ReaderLeft:
            return
        except LimitReached:
            why = Close.TOO_MANY
        except AccessEnded:
            why = Close.ACCESS_ENDED
        except Exception:
            log.exception("a realtime reader was dropped; it may come back and go on")
            why = Close.DEFECT
        await self._close(why)

    async def _push(self, events: JobEvents | OwnerEvents, after: str, token: Token) -> None:
        with access.opened(token) as right:
            async for event in follow(events, await self.first_position(events, after), right):
                if event is not None:
                    await self._tell(event)

    async def _tell(self, event: dict[str, Any]) -> None:
        try:
            await self.send(json.dumps(event, ensure_ascii=False))
        except OSError:  # as ASGI has it, before anything says that the reader is disconnected
            raise ReaderLeft from None

    async def _close(self, why: Close) -> None:
        code, reason = why.value
        await self.close(code, reason)

    async def disconnect(self, code: int) -> None:
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


class JobConsumer(EventsConsumer):
    """`/ws/jobs/{id}?after=seq`"""

    async def events_for(self, user: User) -> JobEvents | None:
        job_id = self.scope["url_route"]["kwargs"]["job_id"]
        return (
            JobEvents(job_id, connection_auth.language(self.scope))
            if await connection_auth.may_read(user, job_id)
            else None
        )


class MyJobsConsumer(EventsConsumer):
    """`/ws/me?after=cursor`: all of one's jobs; without `after`, what happens from now on."""

    async def events_for(self, user: User) -> OwnerEvents:
        return OwnerEvents(user.pk, connection_auth.language(self.scope))

    async def first_position(self, events: JobEvents | OwnerEvents, after: str) -> str:
        assert isinstance(events, OwnerEvents)
        return after or await database_sync_to_async(events.now)()
