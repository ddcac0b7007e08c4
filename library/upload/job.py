"""The job that makes an uploaded file anew."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from api.raises import raises
from jobs.errors import ResultGone
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library import storage
from library.errors import StorageFull, UploadGone
from library.media import ingest
from library.media.progress import Stage
from library.models import Clip, Track
from library.states import State
from library.upload import receive
from library.work import Stored, break_promise, discard, fulfil, renew_promise, sha256_of, store

STARTING = 2.0  # CPU seconds
SECONDS = {"decoded": 0.012, "encoded": 0.027, "seconds": 0.03}  # CPU: a megapixel, a megapixel, a second
BYTES = {"encoded": 20_000, "seconds": 24_000, "raw": 1}  # that remain, or are kept as long as it takes


@dataclass(frozen=True)
class StoredTrack:
    """A track in storage."""

    key: str
    bytes: int
    sha256: str
    seconds: float


@register
class Ingest(Handler):
    """params: {"becomes": "clip" | "track", "id": its key, "raw": storage key of the uploaded file,
    "measures": what `estimate` goes by}."""

    kind = receive.KIND
    pool = "cpu"

    def estimate(self, params: dict[str, Any]) -> Cost:
        """CPU seconds, by megapixels of a video and seconds of a sound; bytes, the raw file included."""
        measures = params.get("measures", {})
        seconds = STARTING + sum(SECONDS.get(name, 0) * amount for name, amount in measures.items())
        size = sum(BYTES.get(name, 0) * amount for name, amount in measures.items())
        return Cost(seconds, round(size), {Stage.INGESTING: seconds})

    def work(self, run: Run) -> Stored | StoredTrack:
        return _track(run) if run.params["becomes"] == "track" else _clip(run)

    def discard(self, result: Stored | StoredTrack) -> None:
        if isinstance(result, StoredTrack):
            storage.remove(result.key)
        else:
            discard(result)

    def done(self, job: Job, result: Stored | StoredTrack) -> None:
        _drop_raw(job)
        promised = _promised(job)
        if isinstance(result, StoredTrack):
            if not Track.objects.move(promised.pk, State.READY, **vars(result)):
                transaction.on_commit(partial(storage.remove, result.key))
        else:
            fulfil(Clip(pk=promised.pk), result)

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        _drop_raw(job)
        break_promise(_promised(job), error)

    @raises(UploadGone)
    def before_retry(self, job: Job) -> None:
        _require_promised(job)
        # `failed` removes it: it is not kept for somebody to try again
        if not storage.exists(job.params["raw"]):
            raise UploadGone()

    @raises(StorageFull, ResultGone)
    def retried(self, job: Job) -> None:
        renew_promise(_require_promised(job))


def _clip(run: Run) -> Stored:
    raw = storage.fetch(run.params["raw"], run.workdir)
    found = ingest.inspect(raw, receive.limits())
    target = run.workdir / "master.mp4"
    ingest.video(raw, target, found, progress=run)
    return store(target, UUID(run.params["id"]))


def _track(run: Run) -> StoredTrack:
    raw = storage.fetch(run.params["raw"], run.workdir)
    target = run.workdir / "track.m4a"
    found = ingest.sound(raw, target, limits=receive.limits(), progress=run)
    size, digest = target.stat().st_size, sha256_of(target)
    key = storage.put(target, storage.new_key(f"tracks/{run.params['id']}", ".m4a"))
    return StoredTrack(key, size, digest, found.seconds)


def _promised(job: Job) -> Clip | Track:
    """The row by its key alone: it may have been deleted meanwhile, and then nothing moves."""
    model = Track if job.params["becomes"] == "track" else Clip
    return model(pk=UUID(job.params["id"]))


def _require_promised(job: Job) -> Clip | Track:
    """The same, if it is still there. Raises ResultGone."""
    promised = _promised(job)
    if not type(promised).objects.filter(pk=promised.pk).exists():
        raise ResultGone()
    return promised


def _drop_raw(job: Job) -> None:
    transaction.on_commit(partial(storage.remove, job.params["raw"]))
