"""Rendering: one guarded ffmpeg, then a look at what came out. A mere trim copies what it can instead.

What no filter can draw (an effect frame by frame, a better upscaler) comes before `compile`: the darkroom
draws it to films of their own, and hands on a document that names those, with sources that hold them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from editing.engine.document import Document
from editing.engine.graph import NOBODY_FOLLOWED
from editing.engine.graph.finish import CAPTIONS_FILE, FONTS_FOLDER
from editing.engine.prerender import prepared
from editing.engine.render import loudness, stream_copy
from editing.engine.render.command import Command, compile, cover_beside, refuse_beyond
from editing.engine.render.preview import proxied
from editing.engine.render.source import Sources
from editing.engine.tracking import CropTrack
from library.media import fonts
from library.media.guard import ffmpeg
from library.media.probe import Probe, probe
from library.media.progress import SILENT, Progress, Stage

LEAST_TIMEOUT = 120.0  # seconds
SECONDS_PER_MEGAPIXEL = 1.0  # of output, on the slowest machine we mean to run on


class NotAsPromised(RuntimeError):
    """What came out is not what the document says: a fault of ours, not of whoever asked."""


def render(
    document: Document,
    sources: Sources,
    out: Path,
    *,
    workdir: Path,
    progress: Progress = SILENT,
    proxy: bool = False,
) -> Probe:
    """Render `document` to the MP4 `out`, its cover (if it names one) beside it, and tell what it holds.

    `out` appears only when it is whole. With `proxy`, only a quick look at its first seconds. Raises
    DocumentInvalid, FFmpegFailed, NotAsPromised, and whatever `progress.check` raises.
    """
    document = proxied(document) if proxy else document
    refuse_beyond(document, sources)
    document, sources = prepared(document, sources, workdir=workdir, progress=progress)
    document, crops = _followed(document, sources, progress)
    with _appearing(out) as part:
        command = compile(document, sources, part, crops=crops, proxy=proxy)
        progress.stage(Stage.RENDER, command.frames)
        if document.delivery.loudness is not None:
            allowed, check = timeout(command), progress.check
            louder = loudness.gain_for(document, sources, workdir=workdir, timeout=allowed, check=check)
            command = compile(document, sources, part, louder=louder, crops=crops)
        if not stream_copy.trimmed(document, sources, part, workdir=workdir, progress=progress):
            _run(command, workdir, progress)
        return as_promised(part, command)


@contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """Where to write what is to be `out`: it takes that name, and a cover beside it its own, if all goes
    well."""
    part = out.with_name(f"{out.stem}.part{out.suffix}")
    try:
        yield part
        if cover_beside(part).exists():
            cover_beside(part).replace(cover_beside(out))
        part.replace(out)
    finally:
        for made in (part, cover_beside(part)):
            made.unlink(missing_ok=True)


def _followed(
    document: Document, sources: Sources, progress: Progress
) -> tuple[Document, Mapping[int, CropTrack]]:
    """The document with the crops of those cuts that follow their subject."""
    if not any(cut.reframe.mode == "track" for cut in document.clips):
        return document, NOBODY_FOLLOWED
    from editing.engine.tracking import (
        track_cuts,  # scipy takes a second to import, and the web process imports us
    )

    progress.stage(Stage.FOLLOW, track_cuts.to_watch(document, sources))
    found = track_cuts.followed(document, sources, on_frame=progress.step, check=progress.check)
    progress.event("followed", {"cuts": found.told})
    return found.document, found.crops


def _run(command: Command, workdir: Path, progress: Progress) -> None:
    _lay_out(command, workdir)
    allowed = timeout(command)
    ffmpeg.run(command.args, cwd=workdir, timeout=allowed, on_frame=progress.step, check=progress.check)


def _lay_out(command: Command, workdir: Path) -> None:
    """What the command reads beside its clips; laying it out twice does no harm."""
    for name, text in command.files.items():
        (workdir / name).write_text(text, encoding="utf-8")
    if CAPTIONS_FILE in command.files:
        font = workdir / FONTS_FOLDER / fonts.CJK.name
        font.parent.mkdir(exist_ok=True)
        font.unlink(missing_ok=True)
        font.symlink_to(fonts.CJK.resolve())


def timeout(command: Command) -> float:
    """Wall seconds after which a render is stuck rather than slow."""
    megapixels = command.size[0] * command.size[1] * command.frames / 1e6
    return LEAST_TIMEOUT + megapixels * SECONDS_PER_MEGAPIXEL


def as_promised(path: Path, command: Command) -> Probe:
    """The probe of a render whose frame count, size and rate are the command's. Raises NotAsPromised."""
    found = probe(path)
    got = (found.frames, (found.width, found.height), found.fps)
    if got != (command.frames, command.size, command.fps):
        raise NotAsPromised(f"Rendered {got}, not {(command.frames, command.size, command.fps)}.")
    return found
