"""When to read again: one shared poll of the event table, hastened by the channel layer where there is one.

However many readers a process serves, and however long they are idle, it asks the database once a tick. A
reader asks only when there is something for it.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing, suppress
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from jobs.ledger import notify
from jobs.realtime.database_changes import DatabaseChanges
from jobs.realtime.newest_events import Seen, first_seen, seen_since

log = logging.getLogger(__name__)
TICK = 0.1  # seconds between polls of the table without a layer
FALLBACK = 2.0  # seconds between polls with a layer, which may lose what it is told


class EventWatcher:
    """Watches the newest event for every reader of one event loop, as long as there is a reader."""

    def __init__(self) -> None:
        self._readers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def subscribed(self, topic: str) -> AsyncIterator[asyncio.Event]:
        """Set when there may be new events on `topic`."""
        woken = asyncio.Event()
        self._readers[topic].add(woken)
        self._task = self._task or asyncio.create_task(self._poll(), name="jobs-event-watcher")
        try:
            yield woken
        finally:
            self._leave(topic, woken)

    def _leave(self, topic: str, woken: asyncio.Event) -> None:
        self._readers[topic].discard(woken)
        if not self._readers[topic]:
            del self._readers[topic]
        if not self._readers and self._task:
            self._task.cancel()
            self._task = None

    async def _poll(self) -> None:
        seen: Seen | None = None
        with closing(DatabaseChanges()) as changes:
            while True:
                try:
                    if changes.any():  # before the look: what is committed after it changes this again
                        seen = await self._tell_since(seen)
                except Exception:
                    changes.forget()
                    log.exception("could not poll for events; trying again")
                await asyncio.sleep(FALLBACK if get_channel_layer() else TICK)

    async def _tell_since(self, seen: Seen | None) -> Seen:
        if seen is None:  # whatever is there by now may be new to a reader
            now = await database_sync_to_async(first_seen)()
            self._wake(list(self._readers))
            return now
        now, owners = await database_sync_to_async(seen_since)(seen)
        for job_id, owner_id in owners:
            self._wake((notify.job_topic(job_id), notify.owner_topic(owner_id)))
        return now

    def _wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for woken in self._readers.get(topic, ()):
                woken.set()


_watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, EventWatcher] = WeakKeyDictionary()


@asynccontextmanager
async def subscribed(topic: str) -> AsyncIterator[asyncio.Event]:
    """Set when there may be new events on `topic`; clear it, then read."""
    layer = get_channel_layer()
    watcher = _watchers.setdefault(asyncio.get_running_loop(), EventWatcher())
    async with watcher.subscribed(topic) as woken, _listening(layer, topic, woken):
        yield woken


@asynccontextmanager
async def _listening(layer: Any, topic: str, woken: asyncio.Event) -> AsyncIterator[None]:
    if layer is None:
        yield
        return
    channel = await layer.new_channel()
    await layer.group_add(topic, channel)
    task = asyncio.create_task(_relay(layer, channel, woken), name=f"jobs-listen-{topic}")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await layer.group_discard(topic, channel)


async def _relay(layer: Any, channel: str, woken: asyncio.Event) -> None:
    while True:
        try:
            await layer.receive(channel)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the layer is away: the shared poll goes on meanwhile
            log.warning("could not listen for events: %s", error)
            await asyncio.sleep(FALLBACK)
            continue
        woken.set()
