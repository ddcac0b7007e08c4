"""Following a story live: everything so far, then what comes, until it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from jobs import lookout
from jobs.events import JobStory, OwnersStory


async def follow(story: JobStory | OwnersStory, after: str) -> AsyncIterator[dict[str, Any] | None]:
    """Every event past `after`, in order, as it is committed; None whenever nothing came for a while."""
    read = database_sync_to_async(story.read)
    async with lookout.watching(story.topic) as bell:
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
                    await asyncio.wait_for(bell.wait(), lookout.FALLBACK)
