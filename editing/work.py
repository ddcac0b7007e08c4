"""What a worker does for editing: render a document, keep or break the promise of its clip."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.raises import raises
from editing import actions, cost
from editing.engine.document import VERSION, Document
from editing.engine.render import render as engine
from editing.engine.render.command import cover_beside
from editing.engine.source import Source, open_source
from editing.event_data import DATA
from editing.models import Render
from editing.sources import Row, resolve_for_render
from jobs.errors import ResultGone
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library import storage
from library.errors import SourceGone, StorageFull
from library.media.guard.ffmpeg import EXE
from library.media.progress import Silent, Stage
from library.models import Clip, Track
from library.states import Origin
from library.work import (
    Stored,
    break_promise,
    discard,
    fetch,
    fetch_still,
    fetch_track,
    fulfil,
    renew_promise,
    store,
)


@dataclass(frozen=True)
class Rendered:
    """What an attempt made: the stored master, and what is needed to make it again."""

    stored: Stored
    capsule: dict[str, Any]


@register
class RenderHandler(Handler):
    """Renders a `Render`. A second attempt goes on from what the first left whole."""

    kind = actions.RENDER
    pool = "cpu"
    events = DATA

    def estimate(self, params: dict[str, Any]) -> Cost:
        return cost.estimate(params.get("megapixels", {}))

    def work(self, run: Run) -> Rendered:
        row = _row(run.params)
        document = row.parsed
        rows = resolve_for_render(document).all
        if not _is_stored(run.checkpoint):
            preview = row.clip.origin == Origin.PREVIEW
            master = _file(run, document, rows, preview)
            cover = None if document.cover is None or preview else cover_beside(master)
            run.save(stored=vars(store(master, row.clip_id, cover=cover)))
        return Rendered(Stored(**run.checkpoint["stored"]), _capsule(row, rows, run.checkpoint))

    def discard(self, result: Rendered) -> None:
        discard(result.stored)

    def done(self, job: Job, result: Rendered) -> None:
        fulfil(_row(job.params).clip, result.stored, capsule=result.capsule)

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        for clip in Clip.objects.filter(render=job.params["render"]):  # none if it was deleted
            break_promise(clip, error)

    @raises(SourceGone)
    def before_retry(self, job: Job) -> None:
        resolve_for_render(_promised(job).parsed)

    @raises(StorageFull, ResultGone)
    def retried(self, job: Job) -> None:
        renew_promise(_promised(job).clip)


def _is_stored(checkpoint: Mapping[str, Any]) -> bool:
    """Whether an earlier attempt stored its master, and it is still there: after a failure it is swept."""
    return "stored" in checkpoint and storage.exists(checkpoint["stored"]["master"])


def _promised(job: Job) -> Render:
    """The render a job is about. Raises ResultGone if its clip was deleted, and it with it."""
    row = Render.objects.select_related("clip").filter(pk=job.params["render"]).first()
    if row is None:
        raise ResultGone()
    return row


def _row(params: dict[str, Any]) -> Render:
    """The render a job is about. Raises SourceGone if its clip was deleted, and it with it."""
    row = Render.objects.select_related("clip").filter(pk=params["render"]).first()
    if row is None:
        raise SourceGone()
    return row


def _file(run: Run, document: Document, rows: dict[str, Row], preview: bool) -> Path:
    out = run.kept / "master.mp4"
    if not out.exists():  # it appears only when it is whole
        run.stage(Stage.FETCH)
        sources = {name: _source(run, row) for name, row in rows.items()}
        progress = _RenderProgress(run)
        engine.render(
            document, sources, out, workdir=run.workdir, kept=run.kept, progress=progress, preview=preview
        )
    run.stage(Stage.STORE)
    return out


def _source(run: Run, row: Row) -> Source:
    folder = run.workdir / str(row.pk)
    folder.mkdir(exist_ok=True)
    run.check()
    if isinstance(row, Clip):
        return open_source(fetch(row, folder))
    return open_source(fetch_track(row, folder) if isinstance(row, Track) else fetch_still(row, folder))


class _RenderProgress(Silent):
    """Adds to a job's progress when a stage will be over, and keeps what the engine found for the capsule."""

    def __init__(self, run: Run) -> None:
        self._run, self._frames, self._began = run, 0, 0.0

    def stage(self, name: Stage, total: int = 0) -> None:
        self._run.stage(name, total)
        self._frames, self._began = total, time.monotonic()

    def step(self, done: int, **_: Any) -> None:
        spent = time.monotonic() - self._began
        left = max(0, self._frames - done)
        self._run.step(min(done, self._frames), eta=spent / done * left if done else None)

    def event(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "followed":
            self._run.event(kind, data)
            self._run.save(followed=data["cuts"])
        elif kind == "copied":
            self._run.save(copied=data["frames"])

    def check(self) -> None:
        self._run.check()


def _capsule(row: Render, rows: dict[str, Row], found: Mapping[str, Any]) -> dict[str, Any]:
    """`found` on the way: what became of tracked cuts, and how many frames of a trim were copied."""
    return {name: found[name] for name in ("followed", "copied") if name in found} | {
        "engine": f"editing {VERSION}",
        "ffmpeg": Path(EXE).name,
        "document": row.document,
        "sources": {name: source.sha256 for name, source in rows.items()},
    }
