"""Rendering: one guarded ffmpeg, then a look at what came out. A mere trim copies what it can instead.

What no filter can draw (an effect frame by frame, a better upscaler) comes before `compile`: the darkroom
draws it to films of their own, and hands on a document that names those, with sources that hold them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from editing.engine import loudness, smart
from editing.engine.compile import Command, compile, cover_beside, refuse_beyond
from editing.engine.darkroom import OnStage, prepared
from editing.engine.document import Document
from editing.engine.follow import Following
from editing.engine.graph import NOBODY_FOLLOWED
from editing.engine.graph.finish import CAPTIONS_FILE, FONTS_FOLDER
from editing.engine.proxy import proxied
from editing.engine.source import Sources
from library.media import ffmpeg, fonts
from library.media.probe import Probe, probe

OnFound = Callable[[list[dict[str, Any]]], None]
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
    on_stage: OnStage | None = None,
    on_frame: Callable[[int], None] | None = None,
    on_found: OnFound | None = None,
    check: Callable[[], None] | None = None,
    proxy: bool = False,
) -> Probe:
    """Render `document` to the MP4 `out`, its cover (if it names one) beside it, and tell what it holds.

    `on_stage` hears what begins and how many frames it takes, `on_frame` how many of them are done,
    `on_found` what became of each cut that was to follow its subject; `check` may raise, which kills ffmpeg
    at once. `out` appears only when it is whole. With `proxy`, only a quick look at its first seconds.
    Raises DocumentInvalid, FFmpegFailed, NotAsPromised.
    """
    document = proxied(document) if proxy else document
    refuse_beyond(document, sources)
    ready = prepared(document, sources, workdir=workdir, on_stage=on_stage, on_frame=on_frame, check=check)
    document, sources = ready
    document, crops = _followed(document, sources, on_stage, on_frame, on_found, check)
    part = out.with_name(f"{out.stem}.part{out.suffix}")
    command = compile(document, sources, part, crops=crops, proxy=proxy)
    if on_stage:
        on_stage("render", command.frames)
    if document.delivery.loudness is not None:
        louder = loudness.gain_for(document, sources, workdir=workdir, timeout=timeout(command), check=check)
        command = compile(document, sources, part, louder=louder, crops=crops)
    _lay_out(command, workdir)
    try:
        if not smart.trimmed(document, sources, part, workdir=workdir, on_frame=on_frame, check=check):
            ffmpeg.run(command.args, cwd=workdir, timeout=timeout(command), on_frame=on_frame, check=check)
        found = as_promised(part, command)
        if command.cover:
            command.cover.replace(cover_beside(out))
        part.replace(out)
    finally:
        for made in (part, cover_beside(part)):
            made.unlink(missing_ok=True)
    return found


def _followed(
    document: Document,
    sources: Sources,
    on_stage: OnStage | None,
    on_frame: Callable[[int], None] | None,
    on_found: OnFound | None,
    check: Callable[[], None] | None,
) -> tuple[Document, Mapping[int, Following]]:
    """The document with the crops of those cuts that follow their subject."""
    if not any(cut.reframe.mode == "track" for cut in document.clips):
        return document, NOBODY_FOLLOWED
    from editing.engine.follow import cuts  # scipy takes a second to import, and the web process imports us

    if on_stage:
        on_stage("follow", cuts.to_watch(document, sources))
    found = cuts.followed(document, sources, on_frame=on_frame, check=check)
    if on_found:
        on_found(found.told)
    return found.document, found.crops


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
