"""A file handed in becomes a clip, a still or a track, by what is in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

import jobs.ledger.actions
from creator.models import User
from jobs.models import Job
from library import actions, storage
from library.held import require_storage
from library.media import ingest
from library.media.shapes import FRAME_RATE
from library.models import Clip, Still, Track
from library.states import Origin
from library.upload.turns import turn
from library.work import sha256_of

KIND = "library.ingest"
Take = Callable[[User, Path, ingest.InspectedFile, str], Clip | Still | Track]


def limits() -> ingest.UploadLimits:
    """What is taken here."""
    return ingest.UploadLimits(seconds=settings.UPLOAD_MAX_SECONDS)


def receive(*, owner: User, file: TemporaryUploadedFile, title: str = "") -> Clip | Still | Track:
    """A still, ready at once, or the promise of a clip or track that a job keeps by encoding the file anew.

    Raises UploadsBusy, what `library.media.ingest.inspect` and `still` raise, StorageFull, and one of
    `jobs.ledger.admission.ERRORS`."""
    path = Path(file.temporary_file_path())
    require_storage(owner, path.stat().st_size)
    takes: dict[str, Take] = {"video": _clip, "picture": _still, "sound": _track}
    with turn(owner.pk):
        found = ingest.inspect(path, limits())
        return takes[found.kind.medium](owner, path, found, title)


def _clip(owner: User, path: Path, found: ingest.InspectedFile, title: str) -> Clip:
    (width, height), frames = found.shape.size, found.timing.frames
    assert found.probe is not None
    read = found.probe.width * found.probe.height * float(found.probe.fps) * found.probe.seconds / 1e6
    work = {"decoded": read, "encoded": width * height * frames / 1e6, "raw": path.stat().st_size}
    with _stored_raw(path, found) as raw:
        return actions.promise(
            owner=owner,
            origin=Origin.UPLOAD,
            title=title,
            shape=actions.Shape(width, height, FRAME_RATE, frames / FRAME_RATE),
            job_for=partial(_submit, owner, "clip", raw, work),
        )


def _track(owner: User, path: Path, found: ingest.InspectedFile, title: str) -> Track:
    assert found.probe is not None
    work = {"seconds": found.probe.seconds, "raw": path.stat().st_size}
    with _stored_raw(path, found) as raw, transaction.atomic():
        track = Track.objects.create(owner=owner, title=title, seconds=found.probe.seconds)
        actions.assign_job(track, _submit(owner, "track", raw, work, track))
        require_storage(owner)  # with what the job is expected to make
    return track


def _still(owner: User, path: Path, found: ingest.InspectedFile, title: str) -> Still:
    still = Still(owner=owner, title=title, content_type=f"image/{found.kept.container}")
    target = path.with_name(f"{still.pk}{found.kept.suffix}")
    try:
        still.width, still.height = ingest.still(path, target, limits=limits())
        still.bytes, still.sha256 = target.stat().st_size, sha256_of(target)
        still.key = storage.put(target, storage.new_key(f"stills/{still.pk}", found.kept.suffix))
    finally:
        target.unlink(missing_ok=True)
    still.save(force_insert=True)
    return still


@contextmanager
def _stored_raw(path: Path, found: ingest.InspectedFile) -> Iterator[str]:
    """Keep the raw file where workers find it and no link leads. What is refused after all is removed at
    once: a sweep that comes a day later would find as much as somebody cares to send until then."""
    raw = storage.put(path, storage.new_key(storage.INCOMING.rstrip("/"), found.kind.suffix))
    try:
        yield raw
    except BaseException:
        storage.remove(raw)
        raise


def _submit(owner: User, becomes: str, raw: str, measures: dict[str, float], promised: Clip | Track) -> Job:
    params = {"becomes": becomes, "id": str(promised.pk), "raw": raw, "measures": measures}
    about = {becomes: promised.pk}
    return jobs.ledger.actions.submit(kind=KIND, owner=owner, params=params, about=about)
