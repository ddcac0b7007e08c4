# ruff: noqa: F811 (fixtures of another folder, asked for by name)
"""Who cancels pays for what was made by then: no clip is had by its previews for nothing."""

from collections.abc import Callable
from io import BytesIO
from math import ceil
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from creator.credits import ledger
from creator.models import Transfer, User
from generation.runner import preview, reporting
from jobs.ledger import actions, transitions
from jobs.models import Job
from jobs.worker import perform
from jobs.worker.run import Run
from tests.generation.conftest import ask, installation, state, tiny  # noqa: F401 (fixtures)
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = {"prompt": "一只猴子", "seconds": 1, "resolution": "540p", "steps": 10}
CancelAt = Callable[[int], None]


@pytest.fixture
def cancel_at(monkeypatch: pytest.MonkeyPatch) -> CancelAt:
    """`cancel_at(3)`: whoever asked cancels once the preview of step 3 is there."""
    write = Run.event
    monkeypatch.setattr(reporting, "PREVIEWS_EVERY", 0.0)

    def at(step: int) -> None:
        def event(run: Run, kind: str, data: dict[str, Any]) -> None:
            write(run, kind, data)
            if kind == "preview" and data["step"] == step:
                actions.cancel(Job.objects.get(pk=run.job.pk))

        monkeypatch.setattr(Run, "event", event)

    return at


def job_of(asked: dict[str, Any]) -> Job:
    return Job.objects.get(pk=asked["clip"]["job"]["id"])


@pytest.mark.parametrize("step", [3, 10])
def test_cancelling_pays_for_the_steps_that_were_made(
    ask: Any,
    creator: User,
    work_all: Any,
    cancel_at: CancelAt,
    step: int,
) -> None:
    before = ledger.balance(creator).available
    cancel_at(step)
    asked = ask("post", "generations", ASKED)
    work_all()

    paid = ceil(asked["cost"] * step / 10)
    assert job_of(asked).state == "cancelled"
    assert ledger.balance(creator) == (before - paid, 0)
    receipt = Transfer.objects.get(owner=creator, kind="settle")
    assert (receipt.used, receipt.amount) == (paid, asked["cost"] - paid)


def test_cancelling_late_again_and_again_gains_nothing(
    ask: Any,
    creator: User,
    work_all: Any,
    cancel_at: CancelAt,
) -> None:
    before = ledger.balance(creator).available
    cancel_at(9)
    for _ in range(3):
        cost = ask("post", "generations", ASKED)["cost"]
        work_all()

    assert ledger.balance(creator) == (before - 3 * ceil(0.9 * cost), 0)


def test_cancelling_in_the_queue_after_a_worker_was_lost_pays_for_what_was_shown(
    ask: Any,
    creator: User,
) -> None:
    before = ledger.balance(creator).available
    asked = ask("post", "generations", ASKED)
    job = sampled(6)
    perform._requeue(job, not_none(job.token), because="its worker was lost")

    ask("post", f"jobs/{job.pk}/cancel", status=200)

    assert ledger.balance(creator) == (before - ceil(0.6 * asked["cost"]), 0)


def test_what_failed_by_our_fault_is_free_and_so_is_cancelling_the_next_try_before_it_begins(
    ask: Any,
    creator: User,
) -> None:
    before = ledger.balance(creator)
    ask("post", "generations", ASKED)
    job = sampled(9)
    transitions.fail(job, {"code": "internal", "params": {}}, held=job.token)
    assert ledger.balance(creator) == before

    ask("post", f"jobs/{job.pk}/retry")
    ask("post", f"jobs/{job.pk}/cancel", status=200)

    assert ledger.balance(creator) == before


def test_deleting_what_is_being_made_pays_as_cancelling_does(
    ask: Any,
    creator: User,
    work_all: Any,
) -> None:
    before = ledger.balance(creator).available
    asked = ask("post", "generations", ASKED)
    job = sampled(5)
    ask("delete", f"generations/{asked['id']}")
    job.refresh_from_db()
    assert job.cancel_requested
    perform.perform(job)

    assert ledger.balance(creator) == (before - ceil(0.5 * asked["cost"]), 0)


def test_a_preview_shows_no_more_of_the_picture_than_was_made_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    shown = preview.Preview.__new__(preview.Preview)
    monkeypatch.setattr(shown, "_picture", lambda latent: noise, raising=False)

    pictures = [shown.jpeg(torch.zeros(1, 1, 1, 1), share) for share in (0.1, 0.5, 1.0)]

    details = [detail(Image.open(BytesIO(picture))) for picture in pictures]
    assert details[0] < 0.2 * details[2] and details[1] < 0.7 * details[2]
    assert len({Image.open(BytesIO(picture)).size for picture in pictures}) == 1


def detail(picture: Image.Image) -> float:
    """How much neighbouring pixels differ."""
    grey = np.asarray(picture.convert("L"), float)
    return float(np.abs(np.diff(grey, axis=1)).mean())


def sampled(steps: int) -> Job:
    """The one job, claimed, with the events of a model that has made so many of ten steps."""
    job = not_none(perform.claim("gpu"))
    for kind, data in (
        ("plan", {"frames": 30, "segments": 1, "steps": 10}),
        ("stage", {"stage": "denoising", "done": 0, "total": 10}),
        ("step", {"stage": "denoising", "done": steps, "total": 10, "segment": 0}),
    ):
        Job.objects.record(job, kind, data, held=job.token)
    return job
