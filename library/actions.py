"""What people ask of their library: promise a clip, delete something, hand in a file."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.db import transaction

import jobs.ledger.actions
from creator.models import User
from jobs.errors import AlreadyFinished
from jobs.models import Job
from jobs.retention import forget
from library import storage
from library.errors import SourceCancelled, SourceFailed, SourceGone
from library.held import require_storage
from library.models import Clip, Owned, Promised, Provenance
from library.states import State


@dataclass(frozen=True)
class Shape:
    """What a clip will measure: pixels (upright), frames a second, seconds."""

    width: int
    height: int
    fps: int
    seconds: float


def promise(
    *,
    owner: User,
    origin: str,
    shape: Shape,
    job_for: Callable[[Clip], Job],
    made_from: Sequence[tuple[Clip, str]] = (),
    title: str = "",
    generated: bool = False,
) -> Clip:
    """A pending clip, the edges to what it is `made_from` (clip, relation), and the job `job_for(clip)`
    submits for it: all or nothing. It counts as generated if a source does. Raises
    SourceFailed, SourceCancelled, SourceGone, StorageFull."""
    generated = generated or any(source.generated for source, _ in made_from)
    with transaction.atomic():
        _require_usable(source for source, _ in made_from)
        clip = Clip.objects.create(
            owner=owner, origin=origin, title=title, generated=generated, **vars(shape)
        )
        Provenance.objects.bulk_create(
            Provenance(clip=clip, source=source, source_key=source.pk, relation=relation)
            for source, relation in made_from
        )
        assign_job(clip, job_for(clip))
        require_storage(owner)  # with what the job is expected to make
    return clip


def pending_jobs(sources: Iterable[Promised]) -> list[Job]:
    """The jobs a job made from `sources` has to wait for: those of sources that are still pending."""
    return [source.job for source in sources if source.state == State.PENDING and source.job]


def delete(thing: Owned) -> None:
    """Delete a clip, still or track: its job is cancelled and forgotten, its files go when the deletion is
    certain.

    What was made from a clip stays, and remembers it."""
    with transaction.atomic():
        if isinstance(thing, Promised) and thing.state == State.PENDING and thing.job:
            with suppress(AlreadyFinished):
                jobs.ledger.actions.cancel(thing.job)
        if isinstance(thing, Promised) and thing.job:
            forget(thing.job)
        latest = type(thing)._default_manager.select_for_update().filter(pk=thing.pk).first()
        if latest is None:
            return
        transaction.on_commit(partial(storage.remove, *latest.keys))
        latest.delete()


def assign_job(promised: Promised, job: Job) -> None:
    """Note the job that makes it; by now that may have failed, and broken the promise: hence the update."""
    type(promised)._default_manager.filter(pk=promised.pk).update(job=job)
    promised.refresh_from_db()


def _require_usable(sources: Iterable[Clip]) -> None:
    """The rows as they are now, locked: none is deleted before what is made from it remembers it."""
    keys = {source.pk for source in sources}
    locked = list(Clip.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    if len(locked) < len(keys):
        raise SourceGone()
    for source in locked:
        if source.state == State.FAILED:
            raise SourceFailed()
        if source.state == State.CANCELLED:
            raise SourceCancelled()
