"""Who asks, as far as counting needs to know: the network, and the person behind a token that is known.

What is remembered here decides whose allowance a request uses, never what it may do.
"""

import hashlib
import time
from collections import OrderedDict
from functools import lru_cache

from channels.db import database_sync_to_async
from django.conf import settings

from api.client_address import client_network
from config.http.asgi import Scope
from creator.accounts import tokens
from creator.models import Token
from jobs.realtime.connection_auth import CARRIER

REMEMBERED = 600.0  # seconds
MOST = 20_000  # tokens


class KnownCallers:
    """Remembers for a while whose a token is, or that it is nobody's: few requests ask the database."""

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, tuple[float, int | None]] = OrderedDict()

    def remembered(self, token: bytes) -> tuple[bool, int | None]:
        """(whether it is remembered, whose it is)."""
        until, user = self._found.get(_digest(token), (0.0, None))
        return until > time.monotonic(), user

    async def ask(self, token: bytes) -> int | None:
        """The key of the person whose living token this is; remembered from now on."""
        user = await database_sync_to_async(_owner)(token)
        self._found[_digest(token)] = (time.monotonic() + REMEMBERED, user)
        while len(self._found) > MOST:
            self._found.popitem(last=False)
        return user

    def forget(self) -> None:
        self._found.clear()


def bearer(scope: Scope) -> bytes:
    """The token of a request, known or not, or in a subprotocol of a WebSocket; empty where there is none."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            return bytes(token.strip()) if scheme.lower() == b"bearer" else b""
    offered = (name for name in scope.get("subprotocols", ()) if name.startswith(CARRIER))
    return next(offered, "").removeprefix(CARRIER).encode("latin-1", "replace")


def network(scope: Scope) -> str:
    """Whom a request is counted for that nobody known makes."""
    client = scope.get("client")
    proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
    entries = [value for name, value in scope["headers"] if name == b"x-forwarded-for"] if proxies else ()
    return _network(client[0] if client else "", b",".join(entries).decode("latin-1"), proxies)


@lru_cache(4096)
def _network(address: str, forwarded: str, proxies: int) -> str:
    return client_network({"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded})


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _owner(token: bytes) -> int | None:
    alive = Token.objects.alive().filter(digest=tokens.digest(token.decode("latin-1")))
    return alive.values_list("user_id", flat=True).first()
