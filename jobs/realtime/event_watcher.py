"""When to read again: woken by the channel layer where there is one, else by one shared poll of the table.

However many readers a process serves, without a layer it sends the database one small query a tick.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from jobs.ledger import notify
from jobs.models import JobEvent

log = logging.getLogger(__name__)
TICK = 0.1  # seconds between polls of the table without a layer
FALLBACK = 2.0  # seconds after which a reader polls by itself, woken or not


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
        last = 0
        while True:
            try:
                before, (last, topics) = last, await database_sync_to_async(_topics_since)(last)
                # the first poll only finds where the table ends: whatever is there may be new to a reader
                self._wake(topics if before else list(self._readers))
            except Exception:
                log.exception("could not poll for events; trying again")
            await asyncio.sleep(TICK)

    def _wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for woken in self._readers.get(topic, ()):
                woken.set()


def _topics_since(last: int) -> tuple[int, set[str]]:
    rows = JobEvent.objects.filter(pk__gt=last) if last else JobEvent.objects.order_by("-pk")[:1]
    topics: set[str] = set()
    for key, job_id, owner_id in rows.values_list("pk", "job_id", "owner_id"):
        topics |= {notify.job_topic(job_id), notify.owner_topic(owner_id)}
        last = max(last, key)
    return last, topics


_watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, EventWatcher] = WeakKeyDictionary()


@asynccontextmanager
async def subscribed(topic: str) -> AsyncIterator[asyncio.Event]:
    """Set when there may be new events on `topic`; clear it, then read."""
    layer = get_channel_layer()
    watcher = _watchers.setdefault(asyncio.get_running_loop(), EventWatcher())
    async with _listening(layer, topic) if layer else watcher.subscribed(topic) as woken:
        yield woken


@asynccontextmanager
async def _listening(layer: Any, topic: str) -> AsyncIterator[asyncio.Event]:
    woken = asyncio.Event()
    channel = await layer.new_channel()
    await layer.group_add(topic, channel)
    task = asyncio.create_task(_relay(layer, channel, woken), name=f"jobs-listen-{topic}")
    try:
        yield woken
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
        except Exception as error:  # the layer is away: the reader polls by itself meanwhile
            log.warning("could not listen for events: %s", error)
            await asyncio.sleep(FALLBACK)
        woken.set()
