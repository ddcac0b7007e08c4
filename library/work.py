"""What machines do with media: keep what a job made, and keep or break the promise it was made for."""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from jobs.errors import is_cancellation
from library import storage
from library.held import require_storage
from library.media.picture import write_cover
from library.media.probe import probe
from library.models import Clip, Still, Track
from library.states import State


@dataclass(frozen=True)
class Stored:
    """A master in storage: its keys, its measures, its hash. Picklable; what a handler's `work` returns."""

    master: str
    cover: str
    bytes: int
    sha256: str
    width: int
    height: int
    fps: int
    seconds: float
    frames: int
    has_audio: bool


def store(file: Path, clip_id: UUID, *, cover: Path | None = None) -> Stored:
    """Move the MP4 master `file` and a cover of it (its first frame, unless a JPEG is given) into storage.
    Outside any transaction: it takes a while.

    Each call stores under new keys, so an attempt that was given up never touches what another stored."""
    found, size, digest = probe(file), file.stat().st_size, sha256_of(file)
    if cover is None:
        cover = file.with_name(f"{file.stem}.cover.jpg")
        write_cover(file, cover)
    folder = f"clips/{clip_id}"
    return Stored(
        master=storage.put(file, storage.new_key(folder, ".mp4")),
        cover=storage.put(cover, storage.new_key(folder, ".jpg")),
        bytes=size,
        sha256=digest,
        width=found.width,
        height=found.height,
        fps=round(found.fps),
        seconds=found.seconds,
        frames=found.frames,
        has_audio=found.has_audio,
    )


def discard(stored: Stored) -> None:
    """Remove what `store` kept, unless it has come to be a clip's: attempts may share it by a checkpoint."""
    if not Clip.objects.filter(master=stored.master).exists():
        storage.remove(stored.master, stored.cover)


def fulfil(clip: Clip, stored: Stored, *, capsule: dict[str, Any] | None = None) -> None:
    """Pending → ready, inside the transaction that ends the job. A clip deleted meanwhile leaves no file."""
    changes = vars(stored) | ({"capsule": capsule} if capsule is not None else {})
    if Clip.objects.move(clip.pk, State.READY, **changes):
        clip.refresh_from_db()
    else:
        transaction.on_commit(partial(storage.remove, stored.master, stored.cover))


def break_promise(promised: Clip | Track, error: dict[str, Any]) -> None:
    """Pending → failed, or cancelled if the job was, with the record of why; inside the transaction that
    ends the job."""
    to = State.CANCELLED if is_cancellation(error) else State.FAILED
    if type(promised).objects.move(promised.pk, to, error=error):
        promised.refresh_from_db()


def renew_promise(promised: Clip | Track) -> None:
    """Failed → pending: its job is tried again (a handler's `retried`). Raises StorageFull."""
    if type(promised).objects.move(promised.pk, State.PENDING, error=None):
        promised.refresh_from_db()
        require_storage(promised.owner)


def fetch(clip: Clip, folder: Path) -> Path:
    """A local file of a ready clip's master, to be read only. Raises NotReady."""
    clip.require_ready()
    return storage.fetch(clip.master, folder)


def fetch_still(still: Still, folder: Path) -> Path:
    """A local file of a still, to be read only."""
    return storage.fetch(still.key, folder)


def fetch_track(track: Track, folder: Path) -> Path:
    """A local file of a ready track, to be read only. Raises NotReady."""
    track.require_ready()
    return storage.fetch(track.key, folder)


def sha256_of(file: Path) -> str:
    """Hexadecimal SHA-256 of a file's content."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
