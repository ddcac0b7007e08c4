"""How much of unfinished requests this process keeps: bytes in memory of each network, files of each person.

Django keeps a body until its view has been asked: up to 2.5 MiB of it in memory, what is larger on the disk.
Who sends many and ends none of them, byte by byte, would fill either; every connection's clock would be kept.
"""

from collections import Counter
from typing import Any

from config.http.errors import TooManyBodies
from creator.limits import most

RETRY_AFTER = 5  # seconds


class UnfinishedBodies:
    """Counts what is kept. A request gives back what it took once it has been answered."""

    def __init__(self) -> None:
        self._bytes: Counter[str] = Counter()
        self._large: Counter[int] = Counter()

    def take_bytes(self, network: str, size: int) -> None:
        """`size` bytes of a small body more. Raises TooManyBodies; they are counted in any case."""
        self._bytes[network] += size
        if self._bytes[network] > most("network_bodies"):
            raise TooManyBodies(seconds=RETRY_AFTER)

    def give_back_bytes(self, network: str, size: int) -> None:
        _take_off(self._bytes, network, size)

    def take_large(self, person: int) -> None:
        """One large body more. Raises TooManyBodies; then it is not counted."""
        if self._large[person] >= most("large_bodies"):
            raise TooManyBodies(seconds=RETRY_AFTER)
        self._large[person] += 1

    def give_back_large(self, person: int) -> None:
        _take_off(self._large, person, 1)


def _take_off(counted: Counter[Any], key: Any, amount: int) -> None:
    counted[key] -= amount
    if counted[key] <= 0:
        del counted[key]
