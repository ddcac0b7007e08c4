"""Clips of one's own to cut: promised by a job, as any other, and ready once it has run."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from jobs import actions
from jobs.handlers import Handler, Run, register
from jobs.models import Job
from library.actions import Shape, promise
from library.models import Clip
from library.work import Stored, break_promise, fulfil, store
from tests.editing.material import numbered

Filmed = Callable[..., Clip]


@register
class FilmHandler(Handler):
    """Films a numbered clip, or fails where told to."""

    kind = "test.film"
    pool = "cpu"
    attempts = 1

    def work(self, run: Run) -> Stored:
        clip = Clip.objects.get(pk=run.params["clip"])
        if run.params["fails"]:
            raise RuntimeError("No film in the camera.")
        path, frames = run.workdir / "film.mp4", run.params["frames"]
        return store(numbered(path, frames=frames, size=(clip.width, clip.height), fps=clip.fps), clip.pk)

    def done(self, job: Job, result: Stored) -> None:
        fulfil(Clip.objects.get(pk=job.params["clip"]), result)

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        break_promise(Clip.objects.get(pk=job.params["clip"]), error)


@pytest.fixture
def film(creator: User) -> Filmed:
    """`film(owner, frames=60, size=(160, 96), really=60, fails=False)`: a pending clip of numbered frames.

    `really` is how many frames it turns out to have."""

    def make(
        owner: User | None = None, *, frames: int = 60, size: tuple[int, int] = (160, 96), **more: Any
    ) -> Clip:
        owner = owner or creator

        def job_for(clip: Clip) -> Job:
            told = {"frames": more.get("really", frames), "fails": more.get("fails", False)}
            return actions.submit(kind="test.film", owner=owner, params={"clip": str(clip.pk), **told})

        shape = Shape(*size, 30, frames / 30)
        return promise(
            owner=owner, origin="generation", shape=shape, job_for=job_for, generated=True, title="Boats"
        )

    return make
