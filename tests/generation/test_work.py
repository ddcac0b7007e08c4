"""The job behind a generation: twice, cancelled while it runs, tried again."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

import jobs.worker.perform
from creator.credits import ledger
from fixtures.waiting import until
from generation import work
from generation.models import Generation
from generation.runner.families import loading
from generation.runner.runtime.model_cache import MODEL_CACHE
from jobs.models import Job
from jobs.worker.heartbeat import Heartbeat
from jobs.worker.run import Run
from jobs.worker.work_folder import open_folder
from library.models import Clip
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = {"prompt": "一只猴子", "seconds": 2, "resolution": "540p", "steps": 1}


def job_of(generation: dict[str, Any]) -> Job:
    return Job.objects.get(pk=generation["clip"]["job"]["id"])


@pytest.mark.slow
def test_work_done_by_a_worker_that_dies_before_it_says_so_is_done_again_and_charged_once(
    ask: Any, creator: Any, work_all: Any
) -> None:
    before = ledger.balance(creator).available
    asked = ask("post", "generations", SHORT)
    job = jobs.worker.perform.claim("gpu")
    assert job is not None
    with Heartbeat(job, on_hung=print) as heartbeat:
        first = work.Render().work(Run(job, heartbeat, open_folder(job)))
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.worker.perform.reclaim(Job.objects.get(pk=job.pk))

    work_all()

    clip = Clip.objects.get(pk=asked["clip"]["id"])
    resumed = [event.data for event in job.events.filter(kind="stage") if event.data["stage"] == "denoising"]
    assert clip.state == "ready" and clip.sha256 == first.stored.sha256 and len(resumed) == 1
    assert ledger.balance(creator) == (before - asked["cost"], 0)


def test_a_running_generation_is_cancelled_before_it_is_decoded_to_the_end(ask: Any, creator: Any) -> None:
    ledger.grant(owner=creator, amount=4000, purpose="test")
    before = ledger.balance(creator)
    asked = ask("post", "generations", SHORT | {"seconds": 120, "steps": 100})
    worker = Thread(target=_drain)
    worker.start()
    job = job_of(asked)
    until(lambda: job.events.filter(kind="step").exists(), within=120)

    ask("post", f"generations/{asked['id']}/cancel", status=200)
    worker.join(60)

    stages = [event.data["stage"] for event in job.events.filter(kind="stage")]
    assert job_of(asked).state == "cancelled" and stages == ["loading", "denoising"]
    assert not_none(Clip.objects.get(pk=asked["clip"]["id"]).error)["code"] == "cancelled"
    paid = before.available - ledger.balance(creator).available
    assert 0 < paid < asked["cost"] and ledger.balance(creator).held == 0, "the steps that were made"


@pytest.mark.slow
def test_whoever_leaves_while_their_clip_is_made_leaves_nothing_of_it(
    ask: Any, creator: Any, settings: Any
) -> None:
    ledger.grant(owner=creator, amount=4000, purpose="test")
    asked = ask("post", "generations", SHORT | {"seconds": 30, "steps": 2})
    worker = Thread(target=_drain)
    worker.start()
    job = job_of(asked)
    until(lambda: list(job.workdir.rglob("part.mp4")), within=120)

    ask("delete", "me")
    worker.join(60)

    assert not worker.is_alive()
    files = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in (".mp4", ".npy", ".pt", ".jpg", ".wav")]
    assert not [path for path in files if asked["clip"]["id"] in str(path) or str(job.pk) in str(path)]
    assert not Job.objects.exists() and not Clip.objects.exists() and not Generation.objects.exists()


@pytest.fixture
def failed(ask: Any, work_all: Any, settings: Any, installation: Path) -> dict[str, Any]:
    """A generation that failed because its model was not there, which it is by now."""
    asked = ask("post", "generations", SHORT)
    settings.MODELS = {"tiny": "/nowhere"}
    work_all()
    settings.MODELS = {"tiny": str(installation)}
    assert job_of(asked).state == "failed"
    return dict(asked)


@pytest.mark.slow
def test_a_failed_generation_that_is_tried_again_holds_its_credits_again(
    failed: dict[str, Any], ask: Any, creator: Any, work_all: Any
) -> None:
    before = ledger.balance(creator).available

    tried = ask("post", f"jobs/{job_of(failed).pk}/retry")
    assert tried["state"] == "queued"
    assert ask("get", f"generations/{failed['id']}")["clip"]["state"] == "pending"
    assert ledger.balance(creator) == (before - failed["cost"], failed["cost"])
    ask("post", f"jobs/{job_of(failed).pk}/retry")
    assert ledger.balance(creator).held == failed["cost"], "asking twice holds once"
    work_all()

    assert Clip.objects.get(pk=failed["clip"]["id"]).state == "ready"
    assert ledger.balance(creator) == (before - failed["cost"], 0)


def test_without_the_credits_a_failed_generation_stays_as_it_is(
    failed: dict[str, Any], ask: Any, creator: Any
) -> None:
    ledger.hold(owner=creator, amount=ledger.balance(creator).available, purpose="test", reference="all")
    balance, job = ledger.balance(creator), job_of(failed)

    problem = ask("post", f"jobs/{job.pk}/retry", status=402)

    assert problem["code"] == "not-enough-credits"
    assert (job_of(failed).state, job_of(failed).seq) == ("failed", job.seq)
    assert Clip.objects.get(pk=failed["clip"]["id"]).state == "failed"
    assert ledger.balance(creator) == balance


def test_what_was_deleted_is_not_made_again(failed: dict[str, Any], ask: Any, creator: Any) -> None:
    job, balance = job_of(failed), ledger.balance(creator)

    asked = Generation.objects.get()
    asked.spec = replace(asked.spec, first_frame=str(uuid4()))  # as if its picture had been deleted
    asked.save()
    gone = ask("post", f"jobs/{job.pk}/retry", status=410)
    ask("delete", f"generations/{failed['id']}")
    deleted = ask("post", f"jobs/{job.pk}/retry", status=410)

    assert (gone["code"], deleted["code"]) == ("picture-gone", "result-gone")
    assert ledger.balance(creator) == balance


@pytest.fixture
def picture(api: Any, creator: Any) -> str:
    """The id of a picture of the creator's."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 40), "tomato").save(buffer, "PNG")
    file = SimpleUploadedFile("red.png", buffer.getvalue(), "image/png")
    still = api(creator).post("/api/v1/uploads", {"file": file}, format="multipart").json()["still"]
    return str(still["id"])


def test_what_is_deleted_while_a_job_runs_is_kept_until_it_ends(
    ask: Any, work_all: Any, picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture, and a clip that is gone on from: they are read after the model is loaded."""
    source = ask("post", "generations", SHORT)
    work_all()
    asked = [
        ask("post", "generations", SHORT | {"first_frame": picture}),
        ask("post", f"generations/{source['id']}/extend", {"seconds": 1, "steps": 1}),
    ]
    whole, paths = loading.load, [f"stills/{picture}", f"clips/{source['clip']['id']}"]

    def load(*arguments: Any) -> Any:
        for path in paths:
            ask("delete", path)
        paths.clear()
        return whole(*arguments)

    monkeypatch.setattr(loading, "load", load)
    MODEL_CACHE.clear()
    jobs.worker.perform.perform(not_none(jobs.worker.perform.claim("gpu")))
    work_all()

    first, second = (job_of(each) for each in asked)
    ended = sorted((job.state, job.attempts, (job.error or {}).get("code", "")) for job in (first, second))
    assert ended[0] == ("done", 0, "")
    assert ended[1] in [("failed", 1, "source-gone"), ("failed", 1, "picture-gone")], "it had not begun"


def test_what_is_deleted_before_its_job_runs_is_said_to_be_gone_and_nothing_is_charged(
    ask: Any, creator: Any, work_all: Any, picture: str
) -> None:
    before = ledger.balance(creator)
    asked = ask("post", "generations", SHORT | {"first_frame": picture})
    ask("delete", f"stills/{picture}")
    work_all()

    job = job_of(asked)
    assert (job.state, job.attempts, not_none(job.error)["code"]) == ("failed", 1, "picture-gone")
    assert ledger.balance(creator) == before


def _drain() -> None:
    try:
        jobs.worker.perform.drain()
    finally:
        connection.close()
