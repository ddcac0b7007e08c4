"""A place in a line of a thousand to a million, against the plain COUNT of those ahead, on both databases.

Milliseconds, alone and while another process lets people in from the front as fast as it can. Ours and the
peer's are asked of the same people in one run. `python -m bench line` draws docs/waitlist/places.png, too.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.line_fill import fill
from fixtures import services

LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
ASKED, AT_LEAST, PATIENCE = 1_000, 20, 5.0  # places; seconds after which fewer of them must do
WARM_UP = 20
TARGET = 2.0  # ms, of 99 in 100
PICTURE = Path("docs/waitlist/places.png")
Figure = dict[str, Any]


class Took(NamedTuple):
    """Milliseconds of the clock, and of this thread's CPU: on SQLite that is all the work there is."""

    wall: float
    cpu: float


def measure() -> list[Figure]:
    """Figures {name, ours, peer, ratio, target, unit, runs, …}; every database in a process of its own."""
    with services.postgres() as postgres:
        figures = [
            figure
            for name, url in {"sqlite": "", "postgres": postgres}.items()
            for figure in _measure_on(name, url)
        ]
    from bench.line_picture import draw

    draw(figures, PICTURE)
    return figures


def _measure_on(name: str, url: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="lingying-bench-") as folder:
        own = {
            "VAR_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": url or f"sqlite:///{folder}/line.sqlite3",
        }
        argv = [sys.executable, "-m", "bench.line", name]
        told = subprocess.run(argv, env=os.environ | own, check=True, stdout=subprocess.PIPE, text=True)
    return list(json.loads(told.stdout.splitlines()[-1]))


def _here(database: str) -> list[Figure]:
    """Fill the database DATABASE_URL names, longer and longer, and measure on it."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    figures = []
    for length in LENGTHS:
        began = time.monotonic()
        fill(length)
        filled = time.monotonic() - began
        _assert_same()
        alone = _times()
        with _admitting() as admitted:
            beside = _times()
        figures += [
            _figure(f"line-{database}-{length}", length, *alone) | {"filled_seconds": round(filled, 1)},
            _figure(f"line-{database}-{length}-admitting", length, *beside) | {"admitted": admitted[0]},
        ]
    return figures


def _times() -> tuple[list[Took], list[Took]]:
    """Milliseconds of each place: ours, the peer's."""
    from waitlist.line import counts
    from waitlist.models import WaitlistEntry

    dice = random.Random(7)
    newest = WaitlistEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    oldest = WaitlistEntry.objects.order_by("pk").values_list("pk", flat=True)[0]
    ids = [dice.randint(oldest, newest) for _ in range(ASKED)]
    entries = list(WaitlistEntry.objects.filter(pk__in=ids, state="waiting"))
    dice.shuffle(entries)
    return _timed(counts.place, entries), _timed(_counted, entries)


def _assert_same() -> None:
    from waitlist.line import counts
    from waitlist.models import WaitlistEntry

    some = WaitlistEntry.objects.filter(state="waiting").order_by("-pk")[:AT_LEAST]
    assert counts.places(some) == {entry.pk: _counted(entry) for entry in some}, "two different places"


def _counted(entry: Any) -> int:
    """The peer: everybody ahead, counted, with the index that the line is walked by."""
    from django.db.models import Q

    from waitlist.models import WaitlistEntry

    ahead = Q(rank__lt=entry.rank) | Q(rank=entry.rank, pk__lt=entry.pk)
    line = WaitlistEntry.objects.filter(ahead, state="waiting", rank__lte=entry.rank)
    return 1 + line.count()


def _timed(place: Callable[[Any], Any], entries: list[Any]) -> list[Took]:
    times: list[Took] = []
    for entry in entries[:WARM_UP]:
        place(entry)
    until = time.monotonic() + PATIENCE
    for entry in entries:
        if time.monotonic() > until and len(times) >= AT_LEAST:
            break
        began, cpu = time.perf_counter(), time.thread_time()
        place(entry)
        times.append(Took((time.perf_counter() - began) * 1000, (time.thread_time() - cpu) * 1000))
    return times


@contextmanager
def _admitting() -> Iterator[list[int]]:
    """Another process lets people in until the block ends; then the list says how many it let in."""
    argv = [sys.executable, "-m", "bench.line", "admit"]
    admitted: list[int] = []
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        process.stdout.readline()  # it has begun
        yield admitted
        process.stdin.close()
        admitted.append(int(process.stdout.readline()))


def _admit() -> None:
    """Until standard input ends."""
    import select

    from waitlist.admission.actions import admit_next

    print(admitted := admit_next(1), flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        admitted += admit_next(10)
    print(admitted, flush=True)


def _figure(name: str, length: int, ours: list[Took], peer: list[Took]) -> Figure:
    (half, most), (peer_half, peer_most) = (_quantiles([one.wall for one in each]) for each in (ours, peer))
    cpu_half, cpu_most = _quantiles([one.cpu for one in ours])
    return {
        "name": name,
        "ours": most,
        "peer": peer_most,
        "ratio": most / peer_most,
        "target": TARGET,
        "unit": "ms, p99 of a place",
        "runs": len(ours),
        "length": length,
        "p50": half,
        "cpu_p50": cpu_half,
        "cpu_p99": cpu_most,
        "peer_p50": peer_half,
        "peer_runs": len(peer),
    }


def _quantiles(times: list[float]) -> tuple[float, float]:
    """The median, and what 99 in 100 keep within."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if sys.argv[1] == "admit":
        _admit()
    else:
        print(json.dumps(_here(sys.argv[1])))
