"""Real processes: the supervisor, real Celery workers, and what a kill -9 does to them."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest

from fixtures import services
from fixtures.waiting import free_port, until
from jobs.process import addresses

pytestmark = pytest.mark.slow
SUBMIT = """
from creator.models import User
from jobs.ledger import actions
owner, _ = User.objects.get_or_create(handle="ming")
print(*(actions.submit(kind=kind, owner=owner, params={{"act": "{act}"}}).pk for kind in ("toy", "toy.gpu")))
"""
ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """A data folder of its own, with a ledger (on SQLite), and processes that work in it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.ledger = folder, folder / "lingying.sqlite3"
        more = {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.jobs.toy_settings", **env}
        self.env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")} | more

    def manage(self, *command: str) -> str:
        """Run a management command; what it printed."""
        line = [sys.executable, "manage.py", *command]
        return subprocess.run(line, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True).stdout

    def submit(self, act: str) -> list[str]:
        """Submit a job of each pool; their ids, cpu first."""
        printed = self.manage("shell", "-v", "0", "-c", SUBMIT.format(act=act))
        return printed.strip().splitlines()[-1].split()

    def job(self, key: str) -> dict[str, Any]:
        """The row, read with nothing of ours in between."""
        with closing(sqlite3.connect(self.ledger)) as ledger:
            ledger.row_factory = sqlite3.Row
            return dict(ledger.execute("SELECT * FROM jobs_job WHERE id = ?", [UUID(key).hex]).fetchone())

    def cancel(self, key: str) -> None:
        """Ask that a job be cancelled, as its owner does."""
        with closing(sqlite3.connect(self.ledger)) as ledger, ledger:
            ledger.execute("UPDATE jobs_job SET cancel_requested = 1 WHERE id = ?", [UUID(key).hex])

    def is_in(self, key: str, state: str) -> Callable[[], bool]:
        return lambda: self.job(key)["state"] == state

    def has_saved(self, key: str, name: str) -> Callable[[], bool]:
        return lambda: name in self.job(key)["checkpoint"]

    def pid(self, name: str) -> int:
        path = self.folder / "run" / f"{name}.pid"
        return int(until(lambda: path.exists() and path.read_text()))

    @contextmanager
    def supervised(self, *options: str) -> Iterator[psutil.Process]:
        line = [sys.executable, "manage.py", "supervise", "--port", str(free_port()), *options]
        with (self.folder / "console").open("wb") as console:
            process = subprocess.Popen(line, cwd=ROOT, env=self.env, stdout=console)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty ledger to copy."""
    installation = Installation(tmp_path_factory.mktemp("ledger"))
    installation.manage("migrate", "-v", "0")
    return installation.ledger


@pytest.fixture
def installation(tmp_path: Path, ledger: Path) -> Installation:
    shutil.copy(ledger, tmp_path)
    return Installation(tmp_path, JOBS_WATCH_SECONDS="0.5")


@pytest.mark.slow
def test_a_job_outlives_kill_9_of_its_worker_and_goes_on_from_its_checkpoint(
    installation: Installation,
) -> None:
    with installation.supervised():
        for name, job in zip(("cpu", "gpu"), installation.submit("dawdle once"), strict=True):
            until(installation.has_saved(job, "begun"), within=60)
            dead = installation.pid(name)
            os.kill(dead, signal.SIGKILL)
            until(installation.is_in(job, "done"), within=60)
            assert installation.job(job)["attempts"] == 1, "what was saved makes the first one count no more"
            assert installation.pid(name) != dead


@pytest.mark.slow
def test_stopping_the_supervisor_hands_jobs_back_and_leaves_no_process(installation: Installation) -> None:
    with installation.supervised() as supervisor:
        jobs = installation.submit("dawdle")
        for job in jobs:
            until(installation.is_in(job, "running"), within=60)
        with pytest.raises(subprocess.CalledProcessError) as refused:
            installation.manage("supervise", "--port", str(free_port()))
        assert "running in this VAR_DIR already" in refused.value.stderr
        processes = supervisor.children(recursive=True)
        assert len(processes) >= 4
        web, cpu = (psutil.Process(installation.pid(name)).nice() for name in ("web", "cpu"))
        assert cpu == min(19, web + 10), "renders leave the processor to who answers people"
        supervisor.send_signal(signal.SIGTERM)
        psutil.wait_procs([supervisor, *processes], timeout=30)
    assert not [process for process in processes if process.is_running()]
    for row in map(installation.job, jobs):
        assert (row["state"], row["attempts"], row["token"]) == ("queued", 0, None)


@pytest.mark.slow
@pytest.mark.parametrize("act", ["hang", "seize"])
def test_a_native_call_that_never_returns_is_ended_with_its_worker_and_others_go_on(
    installation: Installation, act: str
) -> None:
    installation.env |= {"JOBS_HUNG_SECONDS": "1", "JOBS_LEASE_SECONDS": "2"}
    with installation.supervised():
        hung, waiting = installation.submit(act)[1], installation.submit("nothing")[1]
        until(installation.has_saved(hung, "begun"), within=60)
        worker = installation.pid("gpu")
        installation.cancel(hung)
        until(installation.is_in(hung, "cancelled"), within=30)
        until(installation.is_in(waiting, "done"), within=60)
        assert installation.pid("gpu") != worker


@pytest.mark.slow
def test_a_job_that_is_silent_for_too_long_is_tried_again_by_another_worker(
    installation: Installation,
) -> None:
    installation.env |= {"JOBS_SILENT_SECONDS": "1"}
    with installation.supervised():
        hung = installation.submit("hang")[1]
        until(installation.is_in(hung, "failed"), within=90)
    assert "internal" in installation.job(hung)["error"]


@pytest.mark.slow
@pytest.mark.redis
def test_the_same_doorbells_go_over_redis(installation: Installation) -> None:
    with services.redis() as url:
        installation.env["REDIS_URL"] = url
        with installation.supervised():
            for job in installation.submit("nothing"):
                until(installation.is_in(job, "done"), within=60)


@pytest.mark.slow
def test_bound_to_everything_it_is_opened_by_every_address_that_it_tells(installation: Installation) -> None:
    port = free_port()
    console = installation.folder / "console"
    with installation.supervised("--host", "0.0.0.0", "--port", str(port)):
        until(lambda: "Lingying is up" in console.read_text(), within=60)
        told = console.read_text()
        here = [addresses.LOOPBACK, *addresses.on_network("0.0.0.0")]
        for address in here:
            assert addresses.url(address, port) in told
            assert httpx.get(f"{addresses.url(address, port)}/livez").status_code == 200
        for name in (f"10.0.2.2:{port}", "host.docker.internal"):  # as an emulator or a container asks
            answer = httpx.get(f"http://{here[-1]}:{port}/livez", headers={"Host": name})
            assert answer.status_code == 200, name
        refused = httpx.get(f"http://{here[-1]}:{port}/livez", headers={"Host": "rebound.example"})
        assert (refused.status_code, refused.json()["code"]) == (400, "host-invalid")
