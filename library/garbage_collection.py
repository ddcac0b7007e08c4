"""Files that no row names: left by an attempt that was given up, or by a request that failed halfway."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.storage import Storage
from django.utils import timezone

from jobs.ledger.states import FINAL
from jobs.models import Job
from library import storage
from library.actions import delete
from library.models import Clip, Still, Track
from library.states import Origin
from library.upload import receive

FOLDERS: dict[str, Any] = {"clips": Clip, "stills": Still, "tracks": Track}
AGE = timedelta(hours=24)  # longer than any attempt lives between storing a file and naming it


def orphans(age: timedelta = AGE) -> Iterator[str]:
    """Keys below the library's folders that are older than `age` and that no row names.

    Young files are left alone: a worker may have stored one that it is about to name."""
    files, before = storage.default(), timezone.now() - age
    for folder, model in FOLDERS.items():
        for name in _listed(files, folder)[0]:
            old = _older(files, f"{folder}/{name}", before)
            yield from sorted(set(old) - _named(model, name))
    raw = _older(files, storage.INCOMING.rstrip("/"), before)
    yield from sorted(set(raw) - _awaited()) if raw else ()


def sweep(age: timedelta = AGE) -> list[str]:
    """Remove previews that old, then the orphans; the keys of these."""
    for look in Clip.objects.filter(origin=Origin.PREVIEW, created_at__lt=timezone.now() - age):
        delete(look)
    gone = list(orphans(age))
    storage.remove(*gone)
    return gone


def _listed(files: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return files.listdir(folder)
    except FileNotFoundError:
        return [], []


def _older(files: Storage, folder: str, before: Any) -> list[str]:
    keys = [f"{folder}/{name}" for name in _listed(files, folder)[1]]
    return [key for key in keys if files.get_modified_time(key) < before]


def _named(model: Any, name: str) -> set[str]:
    try:
        row = model.objects.filter(pk=UUID(name)).first()
    except ValueError:
        return set()
    return set(row.keys) if row else set()


def _awaited() -> set[str]:
    """Raw uploads that a job has yet to read."""
    waiting = Job.objects.filter(kind=receive.KIND).exclude(state__in=FINAL)
    return set(waiting.values_list("params__raw", flat=True))
