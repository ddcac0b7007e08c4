"""What machines do for generation: run the model, keep or break the promise, settle or release the hold."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

import jobs.worker.perform
import library.work
from api.raises import raises
from creator.credits import ledger
from creator.errors import NotEnoughCredits
from generation import catalogue
from generation.actions import PURPOSE, RENDER, require_references
from generation.errors import PictureGone
from generation.event_data import DATA, sentence
from generation.models import Generation
from generation.refunds import settle_cancelled
from generation.runner.spec import GenerationSpec, Reference
from jobs.errors import ResultGone, is_cancellation
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library.errors import SourceGone, StorageFull
from library.media.progress import Stage
from library.models import Clip
from library.work import Stored

LOADING, FINISHING = 60.0, 60.0  # seconds: loading the weights; decoding and encoding
# Wan 2.1 by its authors: 1.3 B takes about 0.15 s, 14 B about 1.1 s on one large card, guidance included.
SECONDS = 0.5
BYTES = 20_000  # a megapixel of the result


class Made(NamedTuple):
    stored: Stored
    capsule: dict[str, Any]


@register
class Render(Handler):
    """A generation's job. Finished segments stay in its folder: a second attempt goes on behind them."""

    kind = RENDER
    pool = "gpu"
    events = DATA

    def estimate(self, params: dict[str, Any]) -> Cost:
        """GPU seconds of a large model on one card: SECONDS for each step of a native megapixel."""
        steps = SECONDS * params.get("megapixel_steps", 0.0)
        stages: dict[str, float] = {
            Stage.LOADING: LOADING,
            Stage.DENOISING: steps,
            Stage.FINISHING: FINISHING,
            Stage.STORING: 1.0,
        }
        size = round(BYTES * params.get("megapixels", 0.0))
        return Cost(LOADING + steps + FINISHING, size, stages)

    def work(self, run: Run) -> Made:
        from generation.runner.run import run as make
        from generation.runner.runtime.model_cache import MODEL_CACHE  # torch: never in a web process

        generation = Generation.objects.select_related("clip", "extends").get(pk=run.params["generation"])
        require_references(generation)
        capsule = make(
            _resolved(generation, run.workdir),
            folder=catalogue.folder(generation.model),
            out=(out := run.workdir / "clip.mp4"),
            workdir=run.kept / "segments",
            progress=run,
            state=Path(settings.VAR_DIR) / "runner",
            name=generation.model,
        )
        jobs.worker.perform.resident.clear()
        jobs.worker.perform.resident.update(catalogue.names(MODEL_CACHE.folders))
        run.stage(Stage.STORING)
        return Made(library.work.store(out, generation.clip_id), capsule.as_dict())

    def discard(self, result: Made) -> None:
        library.work.discard(result.stored)

    def told(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        if kind != "understood":
            return data
        return data | {"detail": sentence(data["captions"], data["missing"], data.get("recognised", True))}

    def done(self, job: Job, result: Made) -> None:
        library.work.fulfil(_clip(job), result.stored, capsule=result.capsule)
        ledger.settle(job.params["hold"])

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        library.work.break_promise(_clip(job), error)
        if is_cancellation(error):
            settle_cancelled(job)
        else:
            ledger.release(job.params["hold"])

    @raises(StorageFull, ResultGone, PictureGone, SourceGone, NotEnoughCredits)
    def retried(self, job: Job) -> None:
        """Credits that came back are held again, under a reference of this try's own."""
        rows = Generation.objects.select_related("owner", "clip")
        generation = rows.filter(pk=job.params["generation"]).first()
        if generation is None:
            raise ResultGone()
        require_references(generation)
        hold = f"generation:{generation.pk}/{job.seq}"
        ledger.hold(owner=generation.owner, amount=generation.cost, purpose=PURPOSE, reference=hold)
        job.params |= {"hold": hold}
        Job.objects.filter(pk=job.pk).update(params=job.params)
        library.work.renew_promise(generation.clip)


def _clip(job: Job) -> Clip:
    """The promised clip; it may have been deleted meanwhile, then moves find nothing to move."""
    return Clip.objects.filter(pk=job.params["clip"]).first() or Clip(pk=job.params["clip"])


def _resolved(generation: Generation, workdir: Path) -> GenerationSpec:
    """Its spec, with a local file for everything that it refers to."""
    stills = {str(still.pk): still for still in generation.stills.all()}

    def file(name: str, reference: Reference) -> Path:
        if name == "extends" and generation.extends:
            return _kept(library.work.fetch(generation.extends, workdir), workdir)
        return _kept(library.work.fetch_still(stills[str(reference)], workdir), workdir)

    return generation.spec.with_references(file)


def _kept(file: Path, workdir: Path) -> Path:
    """`file` by a name of the job's own: whoever deletes the picture or clip while it runs takes nothing away
    from it. It goes with the job's folder."""
    kept = workdir / file.name
    if kept.exists():
        return kept
    try:
        os.link(file, kept)
    except FileNotFoundError:  # deleted at this very moment
        raise SourceGone() from None
    except OSError:  # another file system, or one without links
        shutil.copyfile(file, kept)
    return kept
