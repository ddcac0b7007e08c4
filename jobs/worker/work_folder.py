"""Where attempts at a job keep their files: VAR_DIR/work/<job>/<lease>, a folder of each lease's own.

A worker that froze and wakes after its lease was given to another finds its folder gone, whatever it was in
the midst of. What an attempt puts into `kept` is handed to the next: whatever is whole, that is, since
unfinished files may still be open in a process that froze. Everything unfinished has UNFINISHED in its name.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from jobs.ledger.states import State
from jobs.models import Job

KEPT = "kept"
UNFINISHED = ".part"


def open_folder(job: Job) -> Path:
    """The folder of the lease that `job` is claimed under, empty but for `kept`, with what earlier attempts
    left there; theirs are removed."""
    own = job.workdir / str(job.token)
    own.mkdir(parents=True)
    for earlier in _others(own):
        with suppress(OSError):  # it kept nothing, or a later one has handed on more
            (earlier / KEPT).rename(own / KEPT)
        shutil.rmtree(earlier, ignore_errors=True)
    (own / KEPT).mkdir(exist_ok=True)
    _remove_unfinished(own / KEPT)
    return own


def close_folder(job: Job) -> None:
    """Of a job that has ended: remove everything, but for what a failed one keeps for another try."""
    kept = [folder for folder in _folders(job.workdir) if job.state == State.FAILED and _kept(folder)]
    if not kept:
        remove_folder(job)
    for folder in kept:
        for path in folder.iterdir():
            if path.name != KEPT:
                _remove(path)


def remove_folder(job: Job) -> None:
    """Remove everything."""
    shutil.rmtree(job.workdir, ignore_errors=True)


def leave_folder(job: Job) -> None:
    """Of an attempt whose lease was lost: what is left of it is the next one's, unless there is none."""
    now = Job.objects.filter(pk=job.pk).first()
    if now is None:
        remove_folder(job)
    elif now.is_finished:
        close_folder(now)


def _kept(folder: Path) -> bool:
    return any((folder / KEPT).glob("*"))


def _others(own: Path) -> list[Path]:
    """The newest first."""
    others = [folder for folder in _folders(own.parent) if folder != own]
    return sorted(others, key=lambda folder: folder.stat().st_mtime, reverse=True)


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.exists() else []


def _remove_unfinished(folder: Path) -> None:
    for path in sorted(folder.rglob(f"*{UNFINISHED}*")):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
