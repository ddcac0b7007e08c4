"""How long what jobs told and kept is there: gone with what they made or with their owner, else in time.

Of a deleted clip nothing stays that shows or tells what it was: neither previews nor what was understood of
its prompt, nor segments for another try. How far its job came, and how it ended, stays.
"""

import shutil
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from creator.models import User
from jobs.ledger.states import FINAL, UNFINISHED, State
from jobs.models import Job, JobEvent
from jobs.worker.work_folder import remove_folder

# Kinds of events that say how far a job came and nothing of what it makes.
LEDGERS_OWN = [*(state.value for state in State), "cancelling", "stage", "step", "saved"]
BATCH = 1_000  # events that one transaction deletes: writers wait for it on SQLite


def forget(job: Job) -> None:
    """What `job` made is deleted: so is what it told of it on the way, and what it kept for another try.

    Of each kind of event its handler wrote the newest keeps its numbers: what a cancelled job is charged goes
    by them."""
    told = job.events.exclude(kind__in=LEDGERS_OWN)
    newest = told.values("kind").annotate(seq=Max("seq")).values("seq")
    told.exclude(seq__in=list(newest.values_list("seq", flat=True))).delete()
    for event in told:
        event.data = {name: one for name, one in event.data.items() if isinstance(one, int | float)}
        event.save(update_fields=["data"])
    if job.is_finished:
        transaction.on_commit(partial(remove_folder, job))


def forget_all(*, user: User, **_: Any) -> None:
    """`user` leaves, and the rows of their jobs go with them: so do the files of those that have any."""
    mine = Job.objects.owned_by(user).filter(state__in=[*UNFINISHED, State.FAILED])
    for job in mine.only("pk"):
        transaction.on_commit(partial(remove_folder, job))


def sweep() -> None:
    """Remove what jobs that ended long ago told and kept; run it on every host that has workers."""
    sweep_events(timedelta(days=settings.JOBS_EVENTS_DAYS))
    sweep_folders(timedelta(days=settings.JOBS_KEPT_DAYS))


def sweep_events(age: timedelta) -> int:
    """Delete events older than that of jobs that have ended, but for the one that says how; how many."""
    old = JobEvent.objects.filter(at__lt=timezone.now() - age, job__state__in=FINAL)
    old = old.exclude(kind__in=FINAL).order_by("pk")
    count = 0
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        count += JobEvent.objects.filter(pk__in=keys).delete()[0]
    return count


def sweep_folders(age: timedelta) -> int:
    """Remove this host's work folders of jobs that are gone or done, or failed longer ago; how many."""
    folders = {key: folder for folder in _work_folders() if (key := _key(folder))}
    kept = set(_in_use(folders, age))
    for key in folders.keys() - kept:
        shutil.rmtree(folders[key], ignore_errors=True)
    return len(folders.keys() - kept)


def _in_use(keys: Iterable[UUID], age: timedelta) -> Iterable[UUID]:
    rows = Job.objects.filter(pk__in=list(keys))
    resumable = rows.filter(state=State.FAILED, finished_at__gte=timezone.now() - age)
    return (rows.filter(state__in=UNFINISHED) | resumable).values_list("pk", flat=True)


def _work_folders() -> list[Path]:
    root = Path(settings.VAR_DIR) / "work"
    return [path for path in root.iterdir() if path.is_dir()] if root.exists() else []


def _key(folder: Path) -> UUID | None:
    try:
        return UUID(folder.name)
    except ValueError:
        return None
