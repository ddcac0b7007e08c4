"""Files that no row names: left by an attempt that was given up, or by a request that failed halfway."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from jobs.ledger.states import FINAL
from jobs.models import Job
from library import storage
from library.actions import delete
from library.models import Clip, Still, Track
from library.states import Origin
from library.storage_key import FolderKey, StorageKey
from library.upload import receive

FOLDERS: dict[str, Any] = {"clips/": Clip, "stills/": Still, "tracks/": Track}
AGE = timedelta(hours=24)  # longer than any attempt lives between storing a file and naming it


def orphans(age: timedelta = AGE) -> Iterator[str]:
    """Keys below the library's folders that are older than `age` and that no row names.

    Young files are left alone: a worker may have stored one that it is about to name."""
    before = timezone.now() - age
    for folder, model in FOLDERS.items():
        for inner in storage.listed(folder)[0]:
            old = _older(inner, before)
            yield from sorted(set(old) - _named(model, inner.parts[-1]))
    raw = _older(storage.INCOMING, before)
    yield from sorted(set(raw) - _awaited()) if raw else ()


def sweep(age: timedelta = AGE) -> list[str]:
    """Remove previews that old, then the orphans; the keys of these."""
    for look in Clip.objects.filter(origin=Origin.PREVIEW, created_at__lt=timezone.now() - age):
        delete(look)
    gone = list(orphans(age))
    storage.remove(*gone)
    return gone


def _older(folder: FolderKey, before: datetime) -> list[StorageKey]:
    files = storage.default()
    return [key for key in storage.listed(folder)[1] if files.get_modified_time(key) < before]


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
