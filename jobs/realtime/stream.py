"""Following a story live: everything so far, then what comes, until it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from jobs.realtime import event_watcher
from jobs.realtime.events import JobEvents, OwnerEvents


async def follow(story: JobEvents | OwnerEvents, after: str) -> AsyncIterator[dict[str, Any] | None]:
    """Every event past `after`, in order, as it is committed; None whenever nothing came for a while."""
    read = database_sync_to_async(story.read)
    async with event_watcher.watching(story.topic) as bell:
        while True:
            bell.clear()  # before the look: what comes after it rings again
            reading = await read(after)
            after = reading.after
            for event in reading.events:
                yield event
            if reading.ended:
                return
            if not reading.events:
                yield None
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), event_watcher.FALLBACK)
