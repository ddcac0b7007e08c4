"""What machines do in the cutting room: render a document, keep or break the promise of its clip."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from editing import actions
from editing.engine import render as engine
from editing.engine.document import VERSION, Document, parse
from editing.engine.source import Source, open_source
from editing.models import Render
from jobs.handlers import Handler, Run, register
from jobs.models import Job
from library.errors import SourceGone
from library.media.ffmpeg import EXE
from library.models import Clip
from library.work import Stored, break_promise, fetch, fulfil, renew_promise, store


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

    def work(self, run: Run) -> Rendered:
        row = _row(run.params)
        document = parse(row.document)
        clips = _clips(document)
        if "stored" not in run.checkpoint:
            run.save(stored=vars(store(_file(run, document, clips), row.clip_id)))
        return Rendered(Stored(**run.checkpoint["stored"]), _capsule(row, clips))

    def done(self, job: Job, result: Rendered) -> None:
        fulfil(_row(job.params).clip, result.stored, capsule=result.capsule)

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        for clip in Clip.objects.filter(render=job.params["render"]):  # none if it was deleted
            break_promise(clip, error)

    def retried(self, job: Job) -> None:
        renew_promise(_row(job.params).clip)


def _row(params: dict[str, Any]) -> Render:
    """The render a job is about. Raises SourceGone if its clip was deleted, and it with it."""
    row = Render.objects.select_related("clip").filter(pk=params["render"]).first()
    if row is None:
        raise SourceGone()
    return row


def _clips(document: Document) -> dict[str, Clip]:
    found = Clip.objects.in_bulk([UUID(cut.clip) for cut in document.clips])
    if any(UUID(cut.clip) not in found for cut in document.clips):
        raise SourceGone()
    return {cut.clip: found[UUID(cut.clip)] for cut in document.clips}


def _file(run: Run, document: Document, clips: dict[str, Clip]) -> Path:
    out = run.workdir / "master.mp4"
    if not out.exists():  # it appears only when it is whole
        run.stage("fetch")
        sources = {name: _source(run, clip) for name, clip in clips.items()}
        run.stage("render", total=document.frames)
        told = _progress(run, document.frames)
        engine.render(document, sources, out, workdir=run.workdir, on_frame=told, check=run.check)
    run.stage("store")
    return out


def _source(run: Run, clip: Clip) -> Source:
    folder = run.workdir / str(clip.pk)
    folder.mkdir(exist_ok=True)
    run.check()
    return open_source(fetch(clip, folder))


def _progress(run: Run, frames: int) -> Callable[[int], None]:
    began = time.monotonic()

    def tell(done: int) -> None:
        spent = time.monotonic() - began
        run.step(done, eta=spent / done * (frames - done) if done else None)

    return tell


def _capsule(row: Render, clips: dict[str, Clip]) -> dict[str, Any]:
    return {
        "engine": f"editing {VERSION}",
        "ffmpeg": Path(EXE).name,
        "document": row.document,
        "sources": {name: clip.sha256 for name, clip in clips.items()},
    }
