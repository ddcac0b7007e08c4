"""Rendering a document: one guarded ffmpeg whose output is verified, or a stream copy for a plain trim.

What no filter can do is prerendered first, to intermediates that take the place of sources.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from editing.engine.document import Document
from editing.engine.graph import NO_CROPS
from editing.engine.graph.finish import CAPTIONS_FILE, FONTS_FOLDER
from editing.engine.prerender import prerender
from editing.engine.render import loudness, memory
from editing.engine.render.command import Command, check_references, compile, cover_beside
from editing.engine.render.preview import preview_document
from editing.engine.render.stream_copy import copy_trim
from editing.engine.source import Sources
from editing.engine.tracking import CropTrack
from library.media import fonts
from library.media.guard import ffmpeg
from library.media.probe import Probe, probe
from library.media.progress import SILENT, Progress, Stage

MIN_TIMEOUT = 120.0  # seconds
SECONDS_PER_MEGAPIXEL = 1.0  # of output, on the slowest machine we mean to run on


class UnexpectedOutput(RuntimeError):
    """What came out is not what the document says: a fault of ours, not of whoever asked."""


def render(
    document: Document,
    sources: Sources,
    out: Path,
    *,
    workdir: Path,
    kept: Path | None = None,
    progress: Progress = SILENT,
    preview: bool = False,
) -> Probe:
    """Render `document` to the MP4 `out`, its cover (if it names one) beside it, and return what it holds.

    `out` appears only when it is whole, and so do intermediates in `kept` (else in `workdir`), which another
    render of the same goes on from. With `preview`, only its first seconds, small. Raises
    DocumentInvalid, FFmpegFailed, UnexpectedOutput, and whatever `progress.check` raises.
    """
    document = preview_document(document) if preview else document
    check_references(document, sources)
    document, sources = prerender(document, sources, workdir=kept or workdir, progress=progress)
    document, crops = _track(document, sources, progress)
    sizes = {name: source.size for name, source in sources.items()}
    with _atomically(out) as part:
        command = compile(document, sources, part, crops=crops, preview=preview)
        progress.stage(Stage.RENDER, command.frames)
        if document.delivery.loudness is not None:
            allowed, check = timeout(command), progress.check
            gain = loudness.gain_for(document, sources, workdir=workdir, timeout=allowed, check=check)
            command = compile(document, sources, part, gain=gain, crops=crops)
        if not copy_trim(document, sources, part, workdir=workdir, progress=progress):
            _run(command, workdir, progress, memory.bytes_for(document, sizes))
        return verify(part, command)


@contextmanager
def _atomically(out: Path) -> Iterator[Path]:
    """A path to write to, which becomes `out`, and a cover beside it the cover of `out`, if all goes well."""
    part = out.with_name(f"{out.stem}.part{out.suffix}")
    try:
        yield part
        if cover_beside(part).exists():
            cover_beside(part).replace(cover_beside(out))
        part.replace(out)
    finally:
        for written in (part, cover_beside(part)):
            written.unlink(missing_ok=True)


def _track(
    document: Document, sources: Sources, progress: Progress
) -> tuple[Document, Mapping[int, CropTrack]]:
    """The document with the moving crops of its tracked cuts."""
    if not any(cut.reframe.mode == "track" for cut in document.clips):
        return document, NO_CROPS
    # scipy takes a second to import, and the web process imports this module
    from editing.engine.tracking.track_cuts import frames_to_analyse, track_cuts

    progress.stage(Stage.FOLLOW, frames_to_analyse(document, sources))
    tracked = track_cuts(document, sources, on_frame=progress.step, check=progress.check)
    progress.event("followed", {"cuts": tracked.report})
    return tracked.document, tracked.crops


def _run(command: Command, workdir: Path, progress: Progress, data: int) -> None:
    _write_files(command, workdir)
    allowed = timeout(command)
    ffmpeg.run(
        command.args,
        cwd=workdir,
        timeout=allowed,
        on_frame=progress.step,
        check=progress.check,
        data=data,
    )


def _write_files(command: Command, workdir: Path) -> None:
    """What the command reads beside its clips; writing it twice does no harm."""
    for name, text in command.files.items():
        (workdir / name).write_text(text, encoding="utf-8")
    if CAPTIONS_FILE in command.files:
        fonts.link_all(workdir / FONTS_FOLDER)


def timeout(command: Command) -> float:
    """Seconds of wall time after which a render is stuck rather than slow."""
    megapixels = command.size[0] * command.size[1] * command.frames / 1e6
    return MIN_TIMEOUT + megapixels * SECONDS_PER_MEGAPIXEL


def verify(path: Path, command: Command) -> Probe:
    """The probe of a render whose frame count, size and rate are the command's. Raises UnexpectedOutput."""
    found = probe(path)
    got = (found.frames, (found.width, found.height), found.fps)
    if got != (command.frames, command.size, command.fps):
        raise UnexpectedOutput(f"Rendered {got}, not {(command.frames, command.size, command.fps)}.")
    return found
