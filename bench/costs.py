"""What an edit costs: seconds of CPU, of this process and its children, and of the clock."""

import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU and of the clock."""

    cpu: float
    wall: float


def in_turns(ways: Mapping[str, Callable[[], None]], runs: int) -> dict[str, list[Cost]]:
    """What each of the ways costs: all of them once in every run, one after the other."""
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(runs):
        for way, edit in ways.items():
            costs[way].append(_cost(edit))
    return costs


def figure(
    name: str, ours: Sequence[Cost], theirs: Sequence[Cost], unit: str, target: float | None
) -> dict[str, Any]:
    """A figure of `unit` (cpu or wall); its ratio is the median of the runs' own."""
    mine, other = ([getattr(cost, unit) for cost in costs] for costs in (ours, theirs))
    return {
        "name": name,
        "ours": round(median(mine), 3),
        "peer": round(median(other), 3),
        "ratio": round(median(one / two for one, two in zip(mine, other, strict=True)), 3),
        "target": target,
        "unit": f"{unit} seconds",
        "runs": len(mine),
    }


def _cost(edit: Callable[[], None]) -> Cost:
    cpu, wall = _cpu(), time.perf_counter()
    edit()
    return Cost(_cpu() - cpu, time.perf_counter() - wall)


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
