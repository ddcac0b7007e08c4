"""Document and sources to one command: pure, so a test can read what would run."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ffmpeg

from editing.engine import captions, graph
from editing.engine.document import Document, refuse
from editing.engine.source import Sources
from editing.engine.timeline import beyond
from library.media.encode import MASTER_KWARGS
from library.media.ffmpeg import file_url

SOUND = ("acodec", "audio_bitrate", "ar", "ac")  # of MASTER_KWARGS


@dataclass(frozen=True, slots=True)
class Command:
    """`args` for ffmpeg (after its name), the text `files` it reads from its working directory, and what
    comes out: `frames` frames of `size` pixels at `fps` a second."""

    args: tuple[str, ...]
    frames: int
    size: tuple[int, int]
    fps: int
    files: dict[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return self.frames / self.fps


def compile(document: Document, sources: Sources, out: Path) -> Command:
    """The command that renders `document` to `out`. Raises DocumentInvalid for cuts outside their clips."""
    refuse(beyond(document, {name: source.probe.seconds for name, source in sources.items()}))
    streams = graph.build(document, sources)
    ends = [streams.video] if streams.audio is None else [streams.video, streams.audio]
    output = ffmpeg.output(*ends, file_url(out), **_encoding(document, sound=streams.audio is not None))
    return Command(
        tuple(output.get_args()), document.frames, document.size, document.canvas.fps, _files(document)
    )


def _encoding(document: Document, *, sound: bool) -> dict[str, Any]:
    kept = {name: value for name, value in MASTER_KWARGS.items() if sound or name not in SOUND}
    exactly = {"frames:v": document.frames, "r": document.canvas.fps}
    return kept | exactly | {"map_chapters": -1, "fflags": "+bitexact", "format": "mp4"}


def _files(document: Document) -> dict[str, str]:
    if not document.captions:
        return {}
    text = captions.script(document.captions, size=document.size, fps=document.canvas.fps)
    return {graph.CAPTIONS_FILE: text}


def explain(command: Command) -> str:
    """The command for a person: what comes out, one line per filter chain, the files it reads."""
    width, height = command.size
    lines = [
        f"{command.frames} frames, {width}×{height}, {command.fps} a second, {command.seconds:.3f} s",
        "",
    ]
    for argument in command.args:
        chains = argument.replace(";", ";\n    ") if "[" in argument else argument
        new = argument.startswith("-") and not argument.lstrip("-").isdigit()
        lines += [f"  {chains}"] if new else []
        lines[-1] += "" if new else f" {chains}"
    for name, text in command.files.items():
        lines += ["", f"{name}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)
