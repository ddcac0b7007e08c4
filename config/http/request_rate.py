"""How often anybody may ask, reading included: counted in this process, before anything else is done."""

import time
from collections import Counter

from config.http.asgi import App, Message, Receive, Scope, Send, refuse
from config.http.callers import KnownCallers, bearer, network
from config.http.turns import CALLER
from creator.errors import RateLimited
from creator.limits import Allowed, most
from creator.limits.catalogue import LIMITS, MINUTE

SHARES = 40  # about as many tokens as a person may have


class RequestRate:
    """Answers 429 beyond `requests` of a person, or `network_requests` of a network's strangers, a minute.

    A fortieth of the person's number is each token's own: whoever uses a leaked key cannot keep its owner,
    who has a session, from ending it.

    Each process counts for itself: several of them take that many times as much. What costs more than an
    answer has limits of its own, which are counted in the database.
    """

    def __init__(self, app: App) -> None:
        self.app, self.known = app, KnownCallers()
        self._used: Counter[tuple[str, object]] = Counter()
        self._ends_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            person = await self._person(scope)
            used = self.count(scope, person)
        except RateLimited as refused:
            return await refuse(scope, receive, send, refused)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = [(name.encode(), value.encode()) for name, value in used.headers.items()]
                message = {**message, "headers": [*message.get("headers", ()), *told]}
            await send(message)

        return await self.app({**scope, CALLER: person}, receive, tell)

    def count(self, scope: Scope, user: int | None) -> Allowed:
        """Use one of what `user`, or the network of somebody unknown, has left. Raises RateLimited."""
        name = "requests" if user else "network_requests"
        key, cap, left = (name, user or network(scope)), most(name), self._seconds_left()
        if self._used[key] >= cap and not (user and self._use_own_share(scope, cap // SHARES)):
            raise RateLimited(limit=name, most=cap, window=MINUTE, seconds=left)
        self._used[key] += 1
        return Allowed(LIMITS[name], cap, max(0, cap - self._used[key]), left)

    def _use_own_share(self, scope: Scope, share: int) -> bool:
        """Use one of the `share` that this token has when the person's number is used up, if there is one."""
        own = ("token", hash(bearer(scope)))
        self._used[own] += 1
        return self._used[own] <= share

    def forget(self) -> None:
        """Begin a new minute."""
        self._used.clear()
        self.known.forget()

    async def _person(self, scope: Scope) -> int | None:
        """Whose request it is. A network has as many questions for unknown tokens as it has requests."""
        if not (token := bearer(scope)):
            return None
        is_remembered, user = self.known.remembered(token)
        if is_remembered:
            return user
        self._used[asked := ("tokens", network(scope))] += 1
        if self._used[asked] > most("network_requests"):
            return None  # each question is a query: not for whoever invents tokens
        return await self.known.ask(token)

    def _seconds_left(self) -> int:
        now = time.monotonic()
        if now >= self._ends_at:
            self._used.clear()
            self._ends_at = now + MINUTE
        return max(1, round(self._ends_at - now))
