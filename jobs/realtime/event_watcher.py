"""When to look again: woken by the channel layer where there is one, else by one shared look at the table.

However many readers a process serves, without a layer it asks the database one small question a tick.
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
TICK = 0.1  # seconds between looks at the table without a layer
FALLBACK = 2.0  # a reader looks by itself this often, whatever it was told or not told


class EventWatcher:
    """Watches the newest event for every reader of one event loop, as long as there is a reader."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watching(self, topic: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set when there may be news on `topic`."""
        bell = asyncio.Event()
        self._bells[topic].add(bell)
        self._task = self._task or asyncio.create_task(self._look(), name="jobs-lookout")
        try:
            yield bell
        finally:
            self._leave(topic, bell)

    def _leave(self, topic: str, bell: asyncio.Event) -> None:
        self._bells[topic].discard(bell)
        if not self._bells[topic]:
            del self._bells[topic]
        if not self._bells and self._task:
            self._task.cancel()
            self._task = None

    async def _look(self) -> None:
        last = 0
        while True:
            try:
                before, (last, topics) = last, await database_sync_to_async(_news_since)(last)
                self._wake(topics if before else list(self._bells))  # the first look knows no before
            except Exception:
                log.exception("could not look for news; trying again")
            await asyncio.sleep(TICK)

    def _wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for bell in self._bells.get(topic, ()):
                bell.set()


def _news_since(last: int) -> tuple[int, set[str]]:
    rows = JobEvent.objects.filter(pk__gt=last) if last else JobEvent.objects.order_by("-pk")[:1]
    topics: set[str] = set()
    for key, job_id, owner_id in rows.values_list("pk", "job_id", "owner_id"):
        topics |= {notify.job_topic(job_id), notify.owner_topic(owner_id)}
        last = max(last, key)
    return last, topics


_lookouts: WeakKeyDictionary[asyncio.AbstractEventLoop, EventWatcher] = WeakKeyDictionary()


@asynccontextmanager
async def watching(topic: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set when there may be news on `topic`; clear it, then look."""
    layer = get_channel_layer()
    lookout = _lookouts.setdefault(asyncio.get_running_loop(), EventWatcher())
    async with _listening(layer, topic) if layer else lookout.watching(topic) as bell:
        yield bell


@asynccontextmanager
async def _listening(layer: Any, topic: str) -> AsyncIterator[asyncio.Event]:
    bell = asyncio.Event()
    channel = await layer.new_channel()
    await layer.group_add(topic, channel)
    task = asyncio.create_task(_relay(layer, channel, bell), name=f"jobs-listen-{topic}")
    try:
        yield bell
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await layer.group_discard(topic, channel)


async def _relay(layer: Any, channel: str, bell: asyncio.Event) -> None:
    while True:
        try:
            await layer.receive(channel)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the layer is away: the reader looks by itself meanwhile
            log.warning("could not listen for news: %s", error)
            await asyncio.sleep(FALLBACK)
        bell.set()
