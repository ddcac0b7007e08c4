"""`python -m bench.abuse [NAME …]`: what each abuse is answered, and what a neighbour feels of it.

A neighbour reads `/me` and asks for a trim, again and again: for a while alone, then while an abuse runs.
The table says the 95th percentiles of both, quiet and abused, on one server in one run.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.abuse.attacks import ABUSES, run
from demo.server import running

SECONDS, WARM, OUT = 6.0, 2.0, Path("out/bench/abuse.json")
PATIENCE = 60.0  # seconds in which a neighbour's trim must have begun
PEOPLE = Path(__file__).with_name("people.py")


@dataclass
class Felt:
    """What the neighbour felt, in milliseconds."""

    me: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Person:
    token: str
    clip: str
    email: str


def main(names: list[str]) -> None:
    rows = [_measured(name) for name in track(names or list(ABUSES), description="abuses")]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    Console(width=200).print(_table(rows))


def _measured(name: str) -> dict[str, Any]:
    """On a server of its own: what one abuse leaves behind must not be felt in the next."""
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch) / "var") as url:
        neighbour, person = _people(Path(scratch) / "var", 2)
        _feel(url, neighbour, WARM)
        quiet = _feel(url, neighbour, SECONDS)
        known = {"url": url, "token": person.token, "clip": person.clip, "neighbour_email": neighbour.email}
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            answers = pool.apply_async(run, (name,), known | {"seconds": SECONDS})
            felt = _feel(url, neighbour, SECONDS)
            got = dict(answers.get(SECONDS + PATIENCE))
    described = {"abuse": ABUSES[name].name, "limit": ABUSES[name].limit, "answers": got}
    return described | {"quiet": _shown(quiet), "abused": _shown(felt)}


def _feel(url: str, person: Person, seconds: float) -> Felt:
    felt, ends = Felt(), time.monotonic() + seconds
    doing = [threading.Thread(target=each, args=(url, person, felt, ends)) for each in (_read, _trim)]
    for thread in doing:
        thread.start()
    for thread in doing:
        thread.join()
    return felt


def _read(url: str, person: Person, felt: Felt, ends: float) -> None:
    with _client(url, person) as http:
        while time.monotonic() < ends:
            began = time.monotonic()
            _count(http, "GET", "me", felt)
            felt.me.append((time.monotonic() - began) * 1000)
            time.sleep(0.1)


def _trim(url: str, person: Person, felt: Felt, ends: float) -> None:
    with _client(url, person) as http:
        while time.monotonic() < ends:
            began = time.monotonic()
            answer = _count(http, "POST", f"clips/{person.clip}/trim", felt, json={"start": 0, "end": 0.2})
            if answer is not None and answer.is_success:
                _await_begun(http, answer.json()["job"]["id"])
                felt.begun.append((time.monotonic() - began) * 1000)
            time.sleep(0.5)


def _await_begun(http: httpx.Client, job: str) -> None:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        answer = http.get(f"jobs/{job}")
        if answer.is_success and answer.json()["started_at"]:
            return
        time.sleep(0.05)


def _count(http: httpx.Client, method: str, path: str, felt: Felt, **more: Any) -> httpx.Response | None:
    try:
        answer = http.request(method, path, **more)
    except httpx.HTTPError as error:
        felt.failed[type(error).__name__] += 1
        return None
    if answer.is_error:
        felt.failed[str(answer.status_code)] += 1
    return answer


def _client(url: str, person: Person) -> httpx.Client:
    return httpx.Client(
        base_url=f"{url}/api/v1/", headers={"Authorization": f"Bearer {person.token}"}, timeout=30
    )


def _people(folder: Path, count: int) -> list[Person]:
    """Admitted people with a clip each, made in the server's own database."""
    env = os.environ | {"VAR_DIR": str(folder)}
    made = subprocess.run([sys.executable, PEOPLE, str(count)], env=env, check=True, stdout=subprocess.PIPE)
    return [Person(**person) for person in json.loads(made.stdout.splitlines()[-1])]


def _p95(spent: list[float]) -> float:
    return round(quantiles(spent, n=20)[-1], 1) if len(spent) > 1 else float("nan")


def _shown(felt: Felt) -> dict[str, Any]:
    failed = dict(felt.failed)
    return {"me": _p95(felt.me), "begun": _p95(felt.begun), "trims": len(felt.begun), "failed": failed}


def _table(rows: list[dict[str, Any]]) -> Table:
    titles = ("abuse", "limit", "what it is answered", "/me p95", "trim begun p95", "neighbour's failures")
    shown = Table(*titles, title="what a neighbour feels: 95th percentiles, quiet → abused, in one run")
    for row in rows:
        felt = [
            f"{quiet} → {abused} ms ({abused / quiet:.2f} ×)"
            for quiet, abused in ((row["quiet"][name], row["abused"][name]) for name in ("me", "begun"))
        ]
        shown.add_row(
            row["abuse"], row["limit"], _counted(row["answers"]), *felt, _counted(row["abused"]["failed"])
        )
    return shown


def _counted(answers: dict[str, int]) -> str:
    return ", ".join(f"{count} × {status}" for status, count in answers.items())


if __name__ == "__main__":
    main(sys.argv[1:])
