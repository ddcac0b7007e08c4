"""Clips to publish, made by a real job; posts to read, made by hand where only reading is tested."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import errors
import jobs.ledger.actions
import library.work
from creator.models import User
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library.actions import Shape, promise
from library.models import Clip
from publishing.models import Post
from publishing.packaging import Identity, Package, identity
from tests.publishing import masters
from tests.publishing.packages import packaged


class CameraBroke(errors.Unprocessable):
    code = "camera-broke"
    message = "The camera broke."


@register
class FilmHandler(Handler):
    """Hands in a file that is already there: the shortest real way to a clip."""

    kind = "tests.film"
    pool = "cpu"

    def estimate(self, params: dict[str, Any]) -> Cost:
        return Cost(1.0)

    def work(self, run: Run) -> Any:
        if not run.params["file"]:
            raise CameraBroke()
        film = Path(shutil.copy(run.params["file"], run.workdir / "film.mp4"))
        return library.work.store(film, run.params["clip"])

    def done(self, job: Job, result: Any) -> None:
        clip = Clip.objects.get(pk=job.params["clip"])
        library.work.fulfil(clip, result, capsule={"model": "lingying-tiny", "brief": {"seed": 7}})

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        library.work.break_promise(Clip.objects.get(pk=job.params["clip"]), error)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two and a half second master, small enough to be packaged in a moment."""
    return masters.silent(tmp_path_factory.mktemp("film") / "film.mp4", frames=75, size=(180, 320))


@pytest.fixture
def filmed(film: Path) -> Callable[..., Clip]:
    """`filmed(owner)`: a pending clip whose job delivers the film, or breaks with `broken=True`."""

    def make(owner: User, *, broken: bool = False, generated: bool = True) -> Clip:
        def job_for(clip: Clip) -> Job:
            params = {"clip": str(clip.pk), "file": "" if broken else str(film)}
            return jobs.ledger.actions.submit(kind="tests.film", owner=owner, params=params)

        shape = Shape(180, 320, 30, 2.5)
        return promise(owner=owner, origin="generation", shape=shape, job_for=job_for, generated=generated)

    return make


@pytest.fixture
def posted(db: None) -> Callable[..., Post]:
    """`posted(owner, minutes=3)`: a post that has been out for so long."""

    def make(owner: User, *, minutes: float = 1, **more: Any) -> Post:
        shown = timezone.now() - timedelta(minutes=minutes)
        fields = {"state": "published", "published_at": shown, "title": f"{minutes} minutes ago"} | more
        return Post.objects.create(owner=owner, **fields)

    return make


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return identity(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def sounding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masters.with_sound(tmp_path_factory.mktemp("masters") / "sounding.mp4")


@pytest.fixture(scope="session")
def published(sounding: Path, signer: Identity, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return packaged(sounding, tmp_path_factory.mktemp("published"), signer)
