"""What something cost: wall, and CPU of this process and its children, so that nobody's work hides."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    cpu: float
    wall: float


def spent(work: Callable[[], object]) -> Spent:
    """The cost of running `work` once."""
    cpu_before, began = cpu(), time.perf_counter()
    work()
    return Spent(cpu() - cpu_before, time.perf_counter() - began)


def cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
