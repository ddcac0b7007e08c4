"""The right of an open stream to go on: it ends with the token it was opened with, in whichever process.

Each process asks the database once every `CHECK_SECONDS` which tokens of all its open streams still live. A
token that was revoked, rotated, has expired or whose person was suspended or is gone lives no more.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from creator.accounts.tokens import living
from creator.limits import require_room
from creator.models import Token

log = logging.getLogger(__name__)
CHECK_SECONDS = 2.0  # a stream ends within this and the time of a query; promised are 5 seconds


class AccessEnded(Exception):
    """The token that a stream was opened with is no longer good."""


class Access:
    """One open stream's right to go on."""

    def __init__(self, token: Token) -> None:
        self.digest, self.owner_id = token.digest, token.user_id
        self._ended = False
        self._tell: Callable[[], None] = lambda: None

    def when_ended(self, tell: Callable[[], None]) -> None:
        """Have `tell` called at the end, which may be now."""
        self._tell = tell
        if self._ended:
            tell()

    def check(self) -> None:
        """Raises AccessEnded once it has ended."""
        if self._ended:
            raise AccessEnded

    def end(self) -> None:
        self._ended = True
        self._tell()


class AccessWatcher:
    """Watches the tokens of all open streams of one event loop, as long as there is a stream."""

    def __init__(self) -> None:
        self._open: dict[int, set[Access]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def opened(self, token: Token) -> Iterator[Access]:
        """An open stream. Raises LimitReached where this person has as many of this process as they may."""
        require_room("streams", held=len(self._open.get(token.user_id, ())))
        access = Access(token)
        self._open[access.owner_id].add(access)
        self._task = self._task or asyncio.create_task(self._watch(), name="jobs-access-watcher")
        try:
            yield access
        finally:
            self._close(access)

    def _close(self, access: Access) -> None:
        self._open[access.owner_id].discard(access)
        if not self._open[access.owner_id]:
            del self._open[access.owner_id]
        if not self._open and self._task:
            self._task.cancel()
            self._task = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._end_the_dead()
            except Exception:
                log.exception("could not check the tokens of open streams; trying again")

    async def _end_the_dead(self) -> None:
        streams = [access for mine in self._open.values() for access in mine]
        alive = await database_sync_to_async(living)({access.digest for access in streams})
        for access in streams:
            if access.digest not in alive:
                access.end()


_watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, AccessWatcher] = WeakKeyDictionary()


@contextmanager
def opened(token: Token) -> Iterator[Access]:
    """An open stream of this event loop, by `token`. Raises LimitReached."""
    watcher = _watchers.setdefault(asyncio.get_running_loop(), AccessWatcher())
    with watcher.opened(token) as access:
        yield access
