"""Many hands at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def together(call: Callable[[int], Any], hands: int) -> list[Any]:
    """What `call(0)`, `call(1)` … answered or raised, each in a thread of its own, begun at once."""
    start = threading.Barrier(hands)

    def hand(number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return call(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(hand, range(hands)))
