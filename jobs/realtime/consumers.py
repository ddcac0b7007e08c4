"""WebSockets: the same events as everywhere else, pushed.

A connection is accepted before it is refused: only so do browsers get to see the close code.
4400 `after` is no position, 4401 no valid token, 4404 no such job for this person, 1000 the job has ended.
"""

import asyncio
import json
import logging
from contextlib import suppress

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from creator.models import User
from jobs.realtime import connection_auth
from jobs.realtime.events import JobEvents, OwnerEvents
from jobs.realtime.stream import follow

log = logging.getLogger(__name__)


class EventsConsumer(AsyncWebsocketConsumer):
    """Sends events as JSON texts. What the reader sends is ignored."""

    _task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        user = await connection_auth.user_of(self.scope)
        if user is None:
            return await self.close(4401)
        return await self._open(user)

    async def _open(self, user: User) -> None:
        events = await self.events_for(user)
        after = connection_auth.query(self.scope).get("after", "")
        if events is None or not events.is_position(after):
            return await self.close(4404 if events is None else 4400)
        self._task = asyncio.create_task(self._push(events, after))
        return None

    async def events_for(self, user: User) -> JobEvents | OwnerEvents | None:
        """The events this connection reads; None if there is no such thing for `user`."""
        raise NotImplementedError

    async def _push(self, events: JobEvents | OwnerEvents, after: str) -> None:
        try:
            async for event in follow(events, after):
                if event is not None:
                    await self.send(json.dumps(event, ensure_ascii=False))
            await self.close(1000)
        except Exception:
            log.exception("a realtime reader was dropped; it may come back and go on")
            await self.close(1011)

    async def disconnect(self, code: int) -> None:
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


class JobConsumer(EventsConsumer):
    """`/ws/jobs/{id}?after=seq&token=…`"""

    async def events_for(self, user: User) -> JobEvents | None:
        job_id = self.scope["url_route"]["kwargs"]["job_id"]
        return (
            JobEvents(job_id, connection_auth.language(self.scope))
            if await connection_auth.may_read(user, job_id)
            else None
        )


class MyJobsConsumer(EventsConsumer):
    """`/ws/me?after=cursor&token=…`: all of one's jobs; without `after`, what happens from now on."""

    async def events_for(self, user: User) -> OwnerEvents:
        return OwnerEvents(user.pk, connection_auth.language(self.scope))

    async def _push(self, events: JobEvents | OwnerEvents, after: str) -> None:
        assert isinstance(events, OwnerEvents)
        await super()._push(events, after or await database_sync_to_async(events.now)())
