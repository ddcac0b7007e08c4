"""The ledger: how long from submitting a job to its handler, and how many claims a second.

Dispatch is measured against a bare Celery task over the same broker and worker; claims against the
barest conditional UPDATE there can be (no lease, no history, no job object) on the same table. Ours and
peer take turns within every run; each child process of a run waits for the same starting signal.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

RUNS, CLAIMS, DISPATCHES = 3, 1000, 30
DISPATCH_TARGET, CLAIMS_TARGET = 50.0, 1000.0  # milliseconds; claims a second
BARE = """
UPDATE jobs_job SET state = 'running' WHERE state = 'queued' AND id = (
    SELECT id FROM jobs_job WHERE pool = 'cpu' AND state = 'queued'
    ORDER BY priority DESC, turn, id LIMIT 1 {skip}) RETURNING id
"""
WORKER = ["-m", "celery", "--quiet", "-A", "config", "worker", "-Q", "cpu", "--pool", "threads", "-c", "1"]


def measure() -> list[dict[str, Any]]:
    """Dispatch on the embedded default; claims with 1 and 4 processes on SQLite and on PostgreSQL."""
    from fixtures.services import postgres

    with ledger() as env:
        figures = [dispatch(env), *(claims(env, "sqlite", hands) for hands in (1, 4))]
    with postgres() as url, ledger(DATABASE_URL=url) as env:
        return [*figures, *(claims(env, "postgresql", hands) for hands in (1, 4))]


@contextmanager
def ledger(**more: str) -> Iterator[dict[str, str]]:
    """An empty, migrated ledger in a folder of its own: the environment in which processes find it."""
    with tempfile.TemporaryDirectory(prefix="lingying-bench-") as folder:
        env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        env |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "bench.jobs_settings", **more}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=env, check=True)
        yield env


def dispatch(env: dict[str, str]) -> dict[str, Any]:
    """Milliseconds from before `submit` (one transaction) until the handler runs, one job at a time."""
    worker = subprocess.Popen([sys.executable, *WORKER], env=env, stderr=subprocess.DEVNULL)
    try:
        said = _child(env, "dispatch").communicate()[0]
    finally:
        worker.terminate()
        worker.wait(30)
    pairs = json.loads(said)
    return _figure("jobs-dispatch", pairs, DISPATCH_TARGET, "ms (median)")


def claims(env: dict[str, str], database: str, hands: int) -> dict[str, Any]:
    """Claims a second of `hands` processes together. ValueError if a job was claimed twice."""
    pairs = [[_claims(env, mode, hands) for mode in ("claim", "bare")] for _ in range(RUNS)]
    return _figure(f"jobs-claims-{database}-{hands}", pairs, CLAIMS_TARGET, "claims/s")


def _claims(env: dict[str, str], mode: str, hands: int) -> float:
    go = Path(env["VAR_DIR"]) / "go"
    go.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "bench.jobs", "fill"], env=env, check=True)
    children = [_child(env, mode) for _ in range(hands)]
    for child in children:
        assert child.stdout and child.stdout.readline() == "ready\n"
    go.touch()
    told = [json.loads(child.communicate()[0]) for child in children]
    keys = [key for each in told for key in each["keys"]]
    if len(keys) != CLAIMS or len(set(keys)) != CLAIMS:
        raise ValueError(f"{len(keys)} claims of {len(set(keys))} jobs, where there were {CLAIMS}")
    return CLAIMS / (max(each["end"] for each in told) - min(each["start"] for each in told))


def _child(env: dict[str, str], mode: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.jobs", mode], env=env, stdout=subprocess.PIPE, text=True
    )


def _figure(name: str, pairs: list[list[float]], target: float, unit: str) -> dict[str, Any]:
    ours, peer = (median(side) for side in zip(*pairs, strict=True))
    ratio = median(a / b for a, b in pairs)
    shared = {"name": name, "ours": ours, "peer": peer, "ratio": ratio}
    return shared | {"target": target, "unit": unit, "runs": pairs}


# ── in the child processes, each with a Django of its own ─────────────────────────────────────────


def _fill() -> None:
    from creator.models import User
    from jobs.models import Job

    owner, _ = User.objects.get_or_create(handle="bench")
    Job.objects.all().delete()
    rows = (
        Job(kind="bench.measured", pool="cpu", owner=owner, state="queued", turn=n) for n in range(CLAIMS)
    )
    Job.objects.bulk_create(rows, batch_size=500)


def _claim_all(take: Callable[[], Any]) -> None:
    from django.conf import settings

    print("ready", flush=True)
    while not (settings.VAR_DIR / "go").exists():
        time.sleep(0.001)
    start = time.time()
    keys = list(iter(take, None))
    print(json.dumps({"start": start, "end": time.time(), "keys": keys}))


def _ours() -> str | None:
    from jobs.worker.perform import claim

    job = claim("cpu")
    return str(job.pk) if job else None


def _bare() -> str | None:
    from django.db import connection

    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(BARE.format(skip=skip))
        row = cursor.fetchone()
    return str(row[0]) if row else None


def _dispatch() -> None:
    from bench.jobs_app import bare
    from creator.models import User
    from jobs.ledger.actions import submit

    owner, _ = User.objects.get_or_create(handle="bench")

    def ours(file: str) -> None:
        submit(kind="bench.measured", owner=owner, params={"file": file})

    pairs = [[_latency(ours), _latency(bare.delay)] for _ in range(DISPATCHES + 1)]
    print(json.dumps(pairs[1:]))  # the first waited for the worker to start


def _latency(send: Callable[[str], Any]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file, before = Path(folder) / "began", time.time()
        send(str(file))
        while not file.exists():
            time.sleep(0.001)
        return (float(file.read_text()) - before) * 1000


if __name__ == "__main__":
    import django

    django.setup()
    modes = {"fill": _fill, "dispatch": _dispatch}
    modes |= {"claim": lambda: _claim_all(_ours), "bare": lambda: _claim_all(_bare)}
    modes[sys.argv[1]]()
