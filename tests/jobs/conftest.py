"""Fixtures of the jobs tests: submitting toy jobs whose handlers do what the test says."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from jobs.ledger import actions
from jobs.models import Job
from jobs.worker.handlers import Run
from tests.jobs import toys


@pytest.fixture(autouse=True)
def _forget_earlier_toys() -> None:
    toys.script.clear()
    toys.hooks_run.clear()
    toys.discarded.clear()


@pytest.fixture
def submit(creator: User) -> Callable[..., Job]:
    """`submit(act, waits_for=[…], owner=…)`: a toy job whose handler calls `act(run)`."""

    def make(act: Callable[[Run], Any] | None = None, *, kind: str = "toy", **more: Any) -> Job:
        name = str(len(toys.script))
        if act is not None:
            toys.script[name] = act
        return actions.submit(kind=kind, owner=more.pop("owner", creator), params={"act": name}, **more)

    return make


def kinds(job: Job) -> list[str]:
    """The kinds of a job's events, in order."""
    return list(job.events.order_by("seq").values_list("kind", flat=True))
