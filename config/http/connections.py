"""How many connections are open, of each network and in all.

Nobody can take the last place: a network may hold no more than there are free ones left (the dynamic
threshold of Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998),
so one that hoards ends at half of all, and somebody new is always let in.
"""

import resource
from collections import Counter
from functools import cache

from django.conf import settings

from api.client_address import client_network

KEPT_BACK = 256  # descriptors for the database, files and pipes


class OpenConnections:
    """Counts connections by network: at most `each` of one, `in_all` of everybody."""

    def __init__(self, *, each: int, in_all: int) -> None:
        self.each, self.in_all = each, in_all
        self.held: Counter[str] = Counter()

    def enter(self, network: str) -> bool:
        """Count one more, whether or not it may stay; False if it may not. `leave` it in either case."""
        held, free = self.held[network], self.in_all - self.held.total()
        self.held[network] += 1
        return held < self.each and held < free

    def leave(self, network: str) -> None:
        self.held[network] -= 1
        if not self.held[network]:
            del self.held[network]


@cache
def open_connections() -> OpenConnections:
    """Those of this process. Behind proxies all come from them: only the number of all is held then."""
    from creator.limits import most  # models: not before Django is set up

    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    in_all = max(1, min(most("all_connections"), descriptors - KEPT_BACK))
    behind_proxy = settings.REST_FRAMEWORK["NUM_PROXIES"] > 0
    return OpenConnections(each=in_all if behind_proxy else most("connections"), in_all=in_all)


def network_of(client: tuple[str, int] | None) -> str:
    """Who a connection is counted for."""
    return client_network({"REMOTE_ADDR": client[0] if client else None})
