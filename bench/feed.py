"""A page of 20 of the feed against a plain DRF ModelViewSet: page 1 and depth 90,000, on both databases.

CPU milliseconds a request, the database's own included: this process's and, on PostgreSQL, its backend's.
Ours and the peer's take turns in one run; what is reported is the median turn.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fixtures import services

if TYPE_CHECKING:
    from creator.models import User

POSTS, DEPTH, AUTHORS = 100_000, 90_000, 500
TURNS, REQUESTS, WARM_UP = 9, 60, 20
TARGET = 0.30
Ask = Callable[[], list[str]]


def measure() -> list[dict[str, Any]]:
    """Figures {name, ours, peer, ratio, target, unit, runs}; every database in a process of its own."""
    with services.postgres() as postgres:
        urls = {"sqlite": "", "postgres": postgres}
        return [figure for name, url in urls.items() for figure in _measure_on(name, url)]


def _measure_on(name: str, url: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="lingying-bench-") as folder:
        own = {
            "VAR_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": url or f"sqlite:///{folder}/feed.sqlite3",
        }
        argv = [sys.executable, "-m", "bench.feed", name]
        told = subprocess.run(argv, env=os.environ | own, check=True, stdout=subprocess.PIPE, text=True)
    return list(json.loads(told.stdout.splitlines()[-1]))


def _here(database: str) -> list[dict[str, Any]]:
    """Fill the database DATABASE_URL names, and measure on it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    viewer = _fill()
    return [_figure(f"feed-{database}-{name}", *asks) for name, asks in _pairs(viewer).items()]


def _fill() -> Any:
    """People and posts, one a second; returns a person who looks at them."""
    from django.db import connection
    from django.utils import timezone

    from creator.models import User
    from publishing.models import Like, LikeDelta, Post

    people = User.objects.bulk_create(
        User(handle=f"author-{n}", display_name=f"作者 {n}") for n in range(AUTHORS)
    )
    now = timezone.now()
    posts = (
        Post(
            owner=people[n % AUTHORS],
            state=Post.State.PUBLISHED,
            title=f"第 {n} 条作品",
            tags=["端午", "龙舟"],
            published_at=now - timedelta(seconds=n),
            folder=f"posts/{n}/attempt/",
            likes_folded=n % 1000,
        )
        for n in range(POSTS)
    )
    made = Post.objects.bulk_create(posts, batch_size=2000)
    Like.objects.bulk_create((Like(post=post, user=people[0]) for post in made[::3]), batch_size=2000)
    LikeDelta.objects.bulk_create((LikeDelta(post=post, amount=1) for post in made[::3]), batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people[0]


def _pairs(viewer: "User") -> dict[str, tuple[Ask, Ask]]:
    """(ours, peer) at both depths; each answers the very same posts."""
    from bench.feed_peer import PlainFeed
    from publishing.feed.cursor import Cursor
    from publishing.feed.views import FeedView
    from publishing.models import Post

    last = Post.objects.listed().order_by("-published_at", "-id")[DEPTH - 1]
    assert last.published_at
    place = Cursor(last.published_at, last.pk).encode()
    position = base64.b64encode(urlencode({"p": str(last.published_at)}).encode()).decode()
    ours, peer = FeedView.as_view(), PlainFeed.as_view({"get": "list"})
    pairs = {
        "page-1": (_asking(ours, viewer), _asking(peer, viewer)),
        "depth-90k": (_asking(ours, viewer, place), _asking(peer, viewer, position)),
    }
    for one, other in pairs.values():
        assert one() == other(), "the two do not show the same posts"
    return pairs


def _asking(view: Any, viewer: "User", cursor: str = "") -> Callable[[], list[str]]:
    """A request for a page, as far as the bytes; returns the ids it shows."""
    from rest_framework.test import APIRequestFactory, force_authenticate

    factory, asked = APIRequestFactory(), {"cursor": cursor} if cursor else {}

    def ask() -> list[str]:
        request = factory.get("/api/v1/feed", asked)
        force_authenticate(request, viewer)
        response = view(request)
        if hasattr(response, "render"):
            response.render()
        return [post["id"] for post in json.loads(response.content)["results"]] if checking else []

    checking = True
    assert len(ask()) == 20
    checking = False
    return ask


def _figure(name: str, ours: Ask, peer: Ask) -> dict[str, Any]:
    for _ in range(WARM_UP):
        ours(), peer()
    turns = [(_cpu_ms(ours), _cpu_ms(peer)) for _ in range(TURNS)]
    ratio = median(one / other for one, other in turns)
    mine, theirs = (median(side) for side in zip(*turns, strict=True))
    figure = {"name": name, "ours": mine, "peer": theirs, "ratio": ratio, "target": TARGET}
    return figure | {"unit": "CPU-ms/request", "runs": TURNS * REQUESTS}


def _cpu_ms(ask: Ask) -> float:
    backend = _backend()
    start = time.process_time_ns() + _nanoseconds(backend)
    for _ in range(REQUESTS):
        ask()
    return (time.process_time_ns() + _nanoseconds(backend) - start) / REQUESTS / 1e6


def _backend() -> int | None:
    """The process of PostgreSQL that answers this connection, if there is one."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _nanoseconds(process: int | None) -> int:
    """CPU time of another process; 0 where the system does not tell (neither side's is counted then)."""
    clock = Path(f"/proc/{process}/schedstat")
    return int(clock.read_text().split()[0]) if process and clock.exists() else 0


if __name__ == "__main__":
    print(json.dumps(_here(sys.argv[1])))
