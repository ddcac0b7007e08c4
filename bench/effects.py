"""MoviePy's effects on a span: one second of five changed, by our darkroom and by MoviePy itself, in turn.

Ours draws only that second picture by picture, with MoviePy's own classes; MoviePy draws all of it so. What
the darkroom costs is told by the same edit of ours without the effect.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from bench import moviepy_peer
from bench.costs import figure, in_turns
from editing.engine.document import parse
from editing.engine.render.render import render
from editing.engine.source import open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264

RUNS = 3
SECONDS = 5


def measure() -> list[dict[str, Any]]:
    """CPU and wall of ours over MoviePy's, and of ours over ours without the effect."""
    with tempfile.TemporaryDirectory() as name:
        source = _film(Path(name))
        edits = {"ours": _ours, "moviepy": _by_moviepy, "plain": _plain}
        ways = {way: partial(edit, source) for way, edit in edits.items()}
        in_turns(ways, 1)  # imports and the page cache are nobody's merit
        costs = in_turns(ways, RUNS)
    return [
        figure(f"effects-{unit}-v-{peer}", costs["ours"], costs[peer], unit, target)
        for peer, target in (("moviepy", 0.7), ("plain", 1.5))
        for unit in ("cpu", "wall")
    ]


def _film(folder: Path) -> Path:
    picture = f"testsrc2=s=320x180:r=30:d={SECONDS},scale=1280:720:flags=bicubic,format=yuv420p"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=330:r=48000:d={SECONDS}"]
    ffmpeg.run([*inputs, *MASTER_X264, "source.mp4"], cwd=folder)
    return folder / "source.mp4"


def _edited(source: Path, effects: list[dict[str, Any]]) -> None:
    middle = {"clip": "a", "start": 2, "end": 3, "effects": effects}
    cuts = [{"clip": "a", "start": 0, "end": 2}, middle, {"clip": "a", "start": 3, "end": 5}]
    value = {"version": 1, "canvas": {"aspect": "16:9"}, "clips": cuts}
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        out = Path(folder) / "out.mp4"
        render(parse(value), {"a": open_source(source)}, out, workdir=Path(folder))


def _ours(source: Path) -> None:
    _edited(source, [{"name": "moviepy.MirrorX"}])


def _plain(source: Path) -> None:
    _edited(source, [])


def _by_moviepy(source: Path) -> None:
    from moviepy import VideoFileClip, concatenate_videoclips, vfx

    with VideoFileClip(str(source)) as film:
        middle = film.subclipped(2, 3).with_effects([vfx.MirrorX()])
        parts = [film.subclipped(0, 2), middle, film.subclipped(3, 5)]
        moviepy_peer.write(concatenate_videoclips(parts), source.with_name("moviepy.mp4"))
