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

import psutil
import pytest

from tests import services
from tests.waiting import free_port, until

pytestmark = pytest.mark.slow
SUBMIT = """
from creator.models import User
from jobs.ledger import actions
owner, _ = User.objects.get_or_create(handle="ming")
print(*(actions.submit(kind=kind, owner=owner, params={{"act": "{act}"}}).pk for kind in ("toy", "toy.gpu")))
"""
ROOT = Path(__file__).resolve().parents[2]


class House:
    """A data folder of its own, with a ledger (on SQLite), and processes that work in it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.ledger = folder, folder / "lingying.sqlite3"
        more = {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.jobs.toy_settings", **env}
        self.env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")} | more

    def tell(self, *command: str) -> str:
        """Run a management command; what it printed."""
        line = [sys.executable, "manage.py", *command]
        return subprocess.run(line, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True).stdout

    def submit(self, act: str) -> list[str]:
        """Submit a job of each pool; their ids, cpu first."""
        said = self.tell("shell", "-v", "0", "-c", SUBMIT.format(act=act))
        return said.strip().splitlines()[-1].split()

    def job(self, key: str) -> dict[str, Any]:
        """The row, read with nothing of ours in between."""
        with closing(sqlite3.connect(self.ledger)) as ledger:
            ledger.row_factory = sqlite3.Row
            return dict(ledger.execute("SELECT * FROM jobs_job WHERE id = ?", [UUID(key).hex]).fetchone())

    def is_in(self, key: str, state: str) -> Callable[[], bool]:
        return lambda: self.job(key)["state"] == state

    def pid(self, name: str) -> int:
        path = self.folder / "run" / f"{name}.pid"
        return int(until(lambda: path.exists() and path.read_text()))

    @contextmanager
    def supervised(self) -> Iterator[psutil.Process]:
        line = [sys.executable, "manage.py", "supervise", "--port", str(free_port())]
        process = subprocess.Popen(line, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty ledger to copy."""
    house = House(tmp_path_factory.mktemp("ledger"))
    house.tell("migrate", "-v", "0")
    return house.ledger


@pytest.fixture
def house(tmp_path: Path, ledger: Path) -> House:
    shutil.copy(ledger, tmp_path)
    return House(tmp_path, JOBS_WATCH_SECONDS="0.5")


def test_a_job_outlives_kill_9_of_its_worker_and_goes_on_from_its_checkpoint(house: House) -> None:
    with house.supervised():
        for name, job in zip(("cpu", "gpu"), house.submit("dawdle once"), strict=True):
            until(lambda job=job: "begun" in house.job(job)["checkpoint"], within=60)
            dead = house.pid(name)
            os.kill(dead, signal.SIGKILL)
            until(house.is_in(job, "done"), within=60)
            assert house.job(job)["attempts"] == 2
            assert house.pid(name) != dead


def test_stopping_the_supervisor_hands_jobs_back_and_leaves_no_process(house: House) -> None:
    with house.supervised() as supervisor:
        jobs = house.submit("dawdle")
        for job in jobs:
            until(house.is_in(job, "running"), within=60)
        with pytest.raises(subprocess.CalledProcessError) as refused:
            house.tell("supervise", "--port", str(free_port()))
        assert "running in this VAR_DIR already" in refused.value.stderr
        everybody = supervisor.children(recursive=True)
        assert len(everybody) >= 4
        supervisor.send_signal(signal.SIGTERM)
        psutil.wait_procs([supervisor, *everybody], timeout=30)
    assert not [process for process in everybody if process.is_running()]
    for job in map(house.job, jobs):
        assert (job["state"], job["attempts"], job["token"]) == ("queued", 0, None)


@pytest.mark.redis
def test_the_same_bells_ring_over_redis(house: House) -> None:
    with services.redis() as url:
        house.env["REDIS_URL"] = url
        with house.supervised():
            for job in house.submit("nothing"):
                until(house.is_in(job, "done"), within=60)
