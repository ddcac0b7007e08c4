"""Whose request is worked on: a few of each person at a time, so that who asks sixteen at once has no sixteen
times the share of a neighbour, and no sixteen threads."""

import asyncio
from collections.abc import Hashable

from config.http.asgi import App, Message, Receive, Scope, Send
from config.http.callers import network
from creator.limits import most

CALLER = "lingying.caller"  # in the ASGI scope: the key of the person who asks; None for a stranger


class Turns:
    """Lets a request wait, from the end of its body to the beginning of its answer, while as many of the same
    person (or of a network's strangers) are worked on as may be at once.

    Slow bodies and slow readers hold no turn: those have clocks of their own. Neither do large bodies, which
    take long to be stored: of those a person has a number of their own.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self._free: dict[Hashable, asyncio.Semaphore] = {}
        self._asking: dict[Hashable, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope.get(CALLER)
        key = caller or network(scope)
        turn = _Turn(self._enter(key, "requests_at_once" if caller else "network_requests_at_once"))

        async def when_whole() -> Message:
            message = await receive()
            turn.read += len(message.get("body", b""))
            whole = message["type"] == "http.request" and not message.get("more_body")
            if whole and turn.read <= most("anonymous_body"):
                await turn.take()
            return message

        async def answering(message: Message) -> None:
            turn.give_back()
            await send(message)

        try:
            await self.app(scope, when_whole, answering)
        finally:
            turn.give_back()
            self._leave(key)

    def _enter(self, key: Hashable, limit: str) -> asyncio.Semaphore:
        self._asking[key] = self._asking.get(key, 0) + 1
        return self._free.setdefault(key, asyncio.Semaphore(most(limit)))

    def _leave(self, key: Hashable) -> None:
        self._asking[key] -= 1
        if not self._asking[key]:
            del self._asking[key], self._free[key]


class _Turn:
    """One request's, taken once at most."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free, self._was_taken, self._is_held = free, False, False
        self.read = 0  # bytes of its body

    async def take(self) -> None:
        if not self._was_taken:
            self._was_taken = True
            await self._free.acquire()
            self._is_held = True

    def give_back(self) -> None:
        if self._is_held:
            self._is_held = False
            self._free.release()
