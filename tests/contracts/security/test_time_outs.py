"""No job holds its worker for ever: one that runs past its time-out is stopped, with what it runs."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from creator.models import User
from fixtures.waiting import until
from jobs import cost
from jobs.errors import StaleJob
from jobs.ledger import transitions
from jobs.models import Job
from jobs.worker import perform, watchdog
from jobs.worker.handlers import Run
from library.media.guard import process
from tests.conftest import Api
from tests.contracts.security.conftest import Submit
from tests.jobs import toys
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_time_out_follows_from_the_estimate() -> None:
    assert cost.timeout(1.0) == 60.0
    assert cost.timeout(100.0) == 400.0


def test_a_job_past_its_time_out_is_stopped_with_what_it_runs_and_told_why(
    submit: Submit, api: Api, creator: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cost, "LEAST_TIMEOUT", 0.5)
    pid = tmp_path / "pid"

    def stuck(run: Run) -> None:
        shell = ["sh", "-c", f"sleep 600 & echo $! > {pid}; wait"]
        process.run(shell, cwd=tmp_path, limits=process.Limits(), check=run.check)

    toys.script["stuck"] = stuck
    job = submit(seconds=0.1, act="stuck")

    perform.drain()

    record = api(creator).get(f"/api/v1/jobs/{job.pk}").data
    assert (record["state"], record["error"]["code"]) == ("failed", "took-too-long")
    assert "nothing was charged" in record["error"]["detail"]
    until(lambda: not is_alive(int(pid.read_text())))


def test_a_handler_that_never_looks_is_stopped_by_the_watchdog(submit: Submit) -> None:
    submit(seconds=100.0)
    job = not_none(perform.claim("cpu"))
    assert watchdog.stop_overdue() == 0
    Job.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(seconds=431))

    assert watchdog.stop_overdue() == 1

    with pytest.raises(StaleJob):
        transitions.finish(job, "late", held=not_none(job.token))
    job.refresh_from_db()
    assert not_none(job.error)["code"] == "took-too-long"
