"""Following events live: everything so far, then what comes, until they end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from jobs.realtime import event_watcher
from jobs.realtime.events import JobEvents, OwnerEvents


async def follow(source: JobEvents | OwnerEvents, after: str) -> AsyncIterator[dict[str, Any] | None]:
    """Every event past `after`, in order, as it is committed; None whenever nothing came for a while."""
    read = database_sync_to_async(source.read)
    async with event_watcher.subscribed(source.topic) as woken:
        while True:
            woken.clear()  # before the read: events committed after it set it again
            page = await read(after)
            after = page.after
            for event in page.events:
                yield event
            if page.ended:
                return
            if not page.events:
                yield None
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), event_watcher.FALLBACK)
