"""What streams cost while nothing happens, and how soon they tell when something does.

`python -m bench idle`: 1,000 WebSockets of 40 people on the embedded server's web process alone (SQLite, no
Redis). CPU is that process's own, from /proc; latency is from the commit of an event to its reader's socket.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import websockets

from demo.server import running

SOCKETS, PEOPLE = 1000, 40
WINDOW, SETTLE = 60.0, 5.0  # seconds measured, and before that
EVENTS = 40
TARGET = 0.02  # of a core
AS_LEDGER = {"DJANGO_SETTINGS_MODULE": "bench.jobs_settings"}


def measure() -> list[dict[str, Any]]:
    """Two figures: cores while idle, milliseconds to an event (its median and 95th percentile)."""
    with tempfile.TemporaryDirectory(prefix="lingying-bench-") as home:
        folder = Path(home) / "var"
        with running(folder, serve=_web_alone, LOG_LEVEL="WARNING", **AS_LEDGER) as url:
            env = os.environ | AS_LEDGER | {"VAR_DIR": str(folder), "LOG_LEVEL": "WARNING"}
            tokens: list[str] = json.loads(_child("people", env=env).splitlines()[-1])
            cores, latency = asyncio.run(_measure(url, tokens, int((folder / "web.pid").read_text()), env))
    sockets = {"name": "idle-sockets", "ours": cores, "target": TARGET, "unit": "cores", "runs": SOCKETS}
    told = {"name": "event-latency", "ours": median(latency), "unit": "ms", "runs": len(latency)}
    return [sockets, told | {"p95": sorted(latency)[int(len(latency) * 0.95)]}]


async def _measure(url: str, tokens: list[str], pid: int, env: dict[str, str]) -> tuple[float, list[float]]:
    address = url.replace("http", "ws") + "/ws/me"
    sockets = [await _open(address, tokens[n % PEOPLE]) for n in range(SOCKETS)]
    await asyncio.sleep(SETTLE)
    used, began = _cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(WINDOW)
    cores = (_cpu_seconds(pid) - used) / (time.monotonic() - began)
    told = asyncio.to_thread(_child, "events", env=env)
    latency, sent = await asyncio.gather(_arrivals(sockets[0]), told)
    committed = json.loads(sent.splitlines()[-1])
    for socket in sockets:  # the server is stopped right after: no farewells
        socket.transport.abort()
    return cores, [(at - then) * 1000 for at, then in zip(latency, committed, strict=True)]


async def _open(address: str, token: str) -> websockets.ClientConnection:
    return await websockets.connect(
        address, additional_headers={"Authorization": f"Bearer {token}"}, ping_interval=None
    )


async def _arrivals(socket: websockets.ClientConnection) -> list[float]:
    found = []
    for _ in range(EVENTS):
        await socket.recv()
        found.append(time.time())
    return found


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _web_alone(port: int) -> list[str]:
    return [sys.executable, "-m", "bench.idle", "serve", str(port)]


def _child(*arguments: str, env: dict[str, str]) -> str:
    argv = [sys.executable, "-m", "bench.idle", *arguments]
    return subprocess.run(argv, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def _serve(port: str) -> None:
    """Become the web process that the supervisor would start."""
    from django.conf import settings

    from jobs.process.supervisor import commands

    Path(settings.VAR_DIR, "web.pid").write_text(str(os.getpid()))
    argv = commands("127.0.0.1", int(port))["web"]
    os.execv(argv[0], argv)


def _people() -> None:
    from creator.accounts.tokens import issue_session
    from creator.models import User
    from jobs.ledger.actions import submit

    people = [User.objects.create(handle=f"reader-{n}") for n in range(PEOPLE)]
    submit(kind="bench.measured", owner=people[0], params={"file": "none"})  # no empty table: nobody's is
    print(json.dumps([issue_session(person)[1] for person in people]))


def _events() -> None:
    """Jobs of the first reader, each an event, at odd moments of the server's polls; prints their commits."""
    from creator.models import User
    from jobs.ledger.actions import submit

    owner, committed = User.objects.get(handle="reader-0"), []
    for n in range(EVENTS):
        time.sleep(0.3 + 0.013 * (n % 10))
        submit(kind="bench.measured", owner=owner, params={"file": "none"})
        committed.append(time.time())
    print(json.dumps(committed))


if __name__ == "__main__":
    import django

    django.setup()
    match sys.argv[1:]:
        case ["serve", port]:
            _serve(port)
        case ["people"]:
            _people()
        case ["events"]:
            _events()
