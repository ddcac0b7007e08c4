"""What machines do for generation: run the model, keep or break the promise, settle or release the hold."""

import base64
import time
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

import jobs.worker.perform
import library.work
from creator.credits import ledger
from generation import catalogue
from generation.actions import PURPOSE, RENDER, require_references
from generation.models import Generation
from generation.runner.events import Event
from generation.runner.spec import GenerationSpec, Reference
from jobs.models import Job
from jobs.worker.handlers import Handler, Run, register
from library.models import Clip
from library.work import Stored

PREVIEWS_EVERY = 1.0  # seconds: each is a row that readers replay


class Made(NamedTuple):
    stored: Stored
    capsule: dict[str, Any]


@register
class Render(Handler):
    """A generation's job. Finished segments stay in its folder: a second attempt goes on behind them."""

    kind = RENDER
    pool = "gpu"

    def work(self, run: Run) -> Made:
        from generation.runner.run import run as make
        from generation.runner.runtime.model_cache import MODEL_CACHE  # torch: never in a web process

        generation = Generation.objects.select_related("clip", "extends").get(pk=run.params["generation"])
        require_references(generation)
        capsule = make(
            _resolved(generation, run.workdir),
            folder=catalogue.folder(generation.model),
            out=(out := run.workdir / "clip.mp4"),
            workdir=run.workdir / "segments",
            on_event=Teller(run),
            check=run.check,
            state=Path(settings.VAR_DIR) / "runner",
        )
        jobs.worker.perform.resident.clear()
        jobs.worker.perform.resident.update(catalogue.names(MODEL_CACHE.folders))
        run.stage("storing")
        return Made(
            library.work.store(out, generation.clip_id), capsule.as_dict() | {"model": generation.model}
        )

    def done(self, job: Job, result: Made) -> None:
        library.work.fulfil(_clip(job), result.stored, capsule=result.capsule)
        ledger.settle(job.params["hold"])

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        library.work.break_promise(_clip(job), error)
        ledger.release(job.params["hold"])

    def retried(self, job: Job) -> None:
        """Credits that came back are held again, under a reference of this try's own."""
        generation = Generation.objects.select_related("owner", "clip").get(pk=job.params["generation"])
        hold = f"generation:{generation.pk}/{job.seq}"
        ledger.hold(owner=generation.owner, amount=generation.cost, purpose=PURPOSE, reference=hold)
        job.params |= {"hold": hold}
        Job.objects.filter(pk=job.pk).update(params=job.params)
        library.work.renew_promise(generation.clip)


class Teller:
    """The runner's events as the job's progress: stages, steps, and a preview now and then."""

    def __init__(self, run: Run) -> None:
        self._run, self._stage, self._previewed = run, "", 0.0

    def __call__(self, event: Event) -> None:
        if tell := getattr(self, f"_{event.kind}", None):
            tell(**event.data)

    def _understood(self, **told: Any) -> None:
        self._run.event("understood", told)

    def _loading(self, **_: Any) -> None:
        self._enter("loading")

    def _step(self, *, done: int, total: int, eta: float | None, segment: int, **_: Any) -> None:
        self._enter("denoising", total)
        self._run.step(done, eta=eta, data={"segment": segment})

    def _frame(self, *, done: int, total: int, eta: float | None) -> None:
        if self._stage == "finishing":
            self._run.step(done, eta=eta)

    def _decode(self, **_: Any) -> None:
        self._run.check()

    def _plan(self, *, frames: int, **counts: int) -> None:
        self._run.event("plan", {"frames": frames, **counts})
        self._frames = frames

    def _sampled(self) -> None:
        self._enter("finishing", self._frames)

    def _preview(self, *, jpeg: bytes, **where: int) -> None:
        if time.monotonic() - self._previewed >= PREVIEWS_EVERY:
            self._run.event("preview", {"jpeg": base64.b64encode(jpeg).decode(), **where})
            self._previewed = time.monotonic()

    def _enter(self, stage: str, total: int = 0) -> None:
        if stage != self._stage:
            self._run.stage(stage, total)
            self._stage = stage


def _clip(job: Job) -> Clip:
    """The promised clip; it may have been deleted meanwhile, then moves find nothing to move."""
    return Clip.objects.filter(pk=job.params["clip"]).first() or Clip(pk=job.params["clip"])


def _resolved(generation: Generation, workdir: Path) -> GenerationSpec:
    """Its spec, with a local file for everything that it refers to."""
    stills = {str(still.pk): still for still in generation.stills.all()}

    def file(name: str, reference: Reference) -> Path:
        if name == "extends" and generation.extends:
            return library.work.fetch(generation.extends, workdir)
        return library.work.fetch_still(stills[str(reference)], workdir)

    return generation.spec.with_references(file)
