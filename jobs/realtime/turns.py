"""Whose events are read: a few pages of each person at a time.

All streams of a process share the thread that reads. Somebody who replays a long history over each of many
streams would have it to themselves; so their streams wait for each other, as requests do.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from creator.limits import most


class ReadingTurns:
    """As many at once of one person as `requests_at_once` says."""

    def __init__(self) -> None:
        self._free: dict[int, asyncio.Semaphore] = {}
        self._asking: Counter[int] = Counter()

    @asynccontextmanager
    async def taken(self, person: int) -> AsyncIterator[None]:
        """Waits for a turn of the person with this key; it ends with the context."""
        self._asking[person] += 1
        free = self._free.setdefault(person, asyncio.Semaphore(most("requests_at_once")))
        try:
            async with free:
                yield
        finally:
            self._asking[person] -= 1
            if not self._asking[person]:
                del self._asking[person], self._free[person]


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, ReadingTurns] = WeakKeyDictionary()


@asynccontextmanager
async def taken(person: int) -> AsyncIterator[None]:
    """A turn of `person` in this event loop."""
    async with _turns.setdefault(asyncio.get_running_loop(), ReadingTurns()).taken(person):
        yield
