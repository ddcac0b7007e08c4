"""Document and sources to one ffmpeg command: pure, so a test can read what would run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ffmpeg

from editing.engine.document import Document
from editing.engine.errors import raise_for
from editing.engine.graph import NO_CROPS, Graph, build
from editing.engine.graph.arguments import arguments
from editing.engine.render.memory import size_errors
from editing.engine.render.preview import PRESET, preview_frames
from editing.engine.source import Sources
from editing.engine.timing.timeline import reference_errors
from editing.engine.tracking import CropTrack
from library.media.guard.ffmpeg import file_url
from library.media.h264.encode import MASTER_KWARGS

SOUND = ("acodec", "audio_bitrate", "ar", "ac")  # those of MASTER_KWARGS that code sound
ENCODER_THREADS = 4  # the same on every machine: each holds pictures, and the bytes depend on them
COVER = {"vcodec": "mjpeg", "frames:v": 1, "q:v": 3, "fflags": "+bitexact", "format": "mjpeg"}


@dataclass(frozen=True, slots=True)
class Command:
    """`args` for ffmpeg (after its name), the text `files` it reads from its working directory, and what
    comes out: `frames` frames of `size` pixels at `fps` a second, and a `cover` if one is asked for."""

    args: tuple[str, ...]
    frames: int
    size: tuple[int, int]
    fps: int
    graph: Graph = field(compare=False, repr=False)
    files: dict[str, str] = field(default_factory=dict)
    cover: Path | None = None

    @property
    def seconds(self) -> float:
        return self.frames / self.fps


def compile(
    document: Document,
    sources: Sources,
    out: Path,
    *,
    gain: float = 0.0,
    crops: Mapping[int, CropTrack] = NO_CROPS,
    preview: bool = False,
) -> Command:
    """The command that renders `document` to `out`, and its cover beside it. `gain`, `crops`: see
    `graph.build`. `preview`: `document` is a `preview_document`; only its first seconds, encoded fast.

    Raises DocumentInvalid for cuts outside their clips."""
    check_references(document, sources)
    graph = build(document, sources, gain=gain, crops=crops)
    cover = None if graph.cover is None else cover_beside(out)
    frames = preview_frames(document) if preview else document.frames
    encoding = _encoding(frames, document.canvas.fps, sound=graph.audio is not None)
    encoding |= {"preset": PRESET, "t": frames / document.canvas.fps} if preview else {}
    args = tuple(arguments(_outputs(graph, out, encoding, cover)))
    return Command(args, frames, document.size, document.canvas.fps, graph, graph.files, cover)


def check_references(document: Document, sources: Sources) -> None:
    """Raise DocumentInvalid where the document names what is not there, or more of it than there is."""
    pictures = {name: source.probe.seconds for name, source in sources.items() if source.probe.frames}
    sounds = {name: source.probe.seconds for name, source in sources.items() if source.probe.has_audio}
    sizes = {name: source.size for name, source in sources.items() if source.probe.frames}
    missing = reference_errors(document, clips=pictures, stills=pictures, tracks=sounds)
    raise_for([*missing, *size_errors(document, sizes)])


def cover_beside(out: Path) -> Path:
    """Where the cover of a render to `out` goes."""
    return out.with_suffix(".jpg")


def _outputs(graph: Graph, out: Path, encoding: dict[str, Any], cover: Path | None) -> Any:
    streams = [graph.video] if graph.audio is None else [graph.video, graph.audio]
    master = ffmpeg.output(*streams, file_url(out), **encoding)
    if cover is None:
        return master
    return ffmpeg.merge_outputs(master, ffmpeg.output(graph.cover, file_url(cover), **COVER))


def _encoding(frames: int, fps: int, *, sound: bool) -> dict[str, Any]:
    kept = {name: value for name, value in MASTER_KWARGS.items() if sound or name not in SOUND}
    exactly = {"frames:v": frames, "r": fps, "threads": ENCODER_THREADS}
    return kept | exactly | {"map_chapters": -1, "fflags": "+bitexact", "format": "mp4"}
