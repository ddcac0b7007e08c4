"""Following events live: everything so far, then what comes, until they end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from jobs.realtime import event_watcher, turns
from jobs.realtime.access import Access
from jobs.realtime.events import JobEvents, OwnerEvents


async def follow(
    source: JobEvents | OwnerEvents, after: str, access: Access, *, quiet: float | None = None
) -> AsyncIterator[dict[str, Any] | None]:
    """Every event past `after`, in order, as it is committed; raises AccessEnded once `access` has ended.

    None where nothing is left to read, and again after each `quiet` seconds without an event; without
    `quiet` an idle reader has no timer.
    """
    read = database_sync_to_async(source.read)
    async with event_watcher.subscribed(source.topic) as woken:
        access.when_ended(woken.set)
        while True:
            woken.clear()  # before the read: events committed after it set it again
            access.check()
            async with turns.taken(access.owner_id):
                page = await read(after)
            after = page.after
            for event in page.events:
                access.check()
                yield event
            if page.ended:
                return
            if not page.events:
                yield None
                await _wait(woken, quiet)


async def _wait(woken: asyncio.Event, seconds: float | None) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await woken.wait()
