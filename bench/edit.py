"""One edit three ways: trim → 9:16 → 1080×1920 → x264, by our engine, by one ffmpeg command, by MoviePy.

CPU is what this process and its children used, so nobody's work hides; wall is the clock's. The three
take turns within every run, and a ratio is the median of the runs' own. The harder a picture is to encode,
the nearer all three come to each other: x264 takes 84 % of this edit's CPU on these clean pictures, and as
much on grainy ones, where it takes four times as long. What there is to save is in the rest.
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
START, END = 1.0, 6.0  # seconds kept of SECONDS
SECONDS = 7
FFMPEG_TARGET, MOVIEPY_TARGET = 1.05, 0.5


def measure() -> list[dict[str, Any]]:
    """The figures: ours over a hand-written ffmpeg command and over MoviePy, in CPU and in wall time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _film(folder)
        ways = {"ours": _ours, "ffmpeg": _by_hand, "moviepy": _by_moviepy}
        _warm_up(folder, source)
        costs = in_turns(
            {way: partial(edit, source, folder / f"{way}.mp4") for way, edit in ways.items()}, RUNS
        )
    return [
        figure(f"edit-{unit}-v-{peer}", costs["ours"], costs[peer], unit, target)
        for peer, target in (("ffmpeg", FFMPEG_TARGET), ("moviepy", MOVIEPY_TARGET))
        for unit in ("cpu", "wall")
    ]


def _film(folder: Path) -> Path:
    """A 720p clip with sound as the runner delivers it: made small, then scaled up."""
    source = folder / "source.mp4"
    picture = f"testsrc2=s=320x180:r=30:d={SECONDS},scale=1280:720:flags=bicubic,format=yuv420p"
    tone = f"sine=330:r=48000:d={SECONDS}"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
    ffmpeg.run([*inputs, *MASTER_X264, ffmpeg.file_url(source)], cwd=folder)
    return source


def _ours(source: Path, out: Path) -> None:
    """As a worker does it: parse, look into the source, render, look at what came out."""
    cut = {"clip": "a", "start": START, "end": END}
    value = {"version": 1, "canvas": {"aspect": "9:16"}, "clips": [cut], "delivery": {"short_side": 1080}}
    render(parse(value), {"a": open_source(source)}, out, workdir=out.parent)


def _by_hand(source: Path, out: Path) -> None:
    """What somebody who knows ffmpeg would type."""
    shape = "crop=404:720:438:0,scale=1080:1920:flags=lanczos,setsar=1,fps=30"
    seek = ["-ss", str(START), "-t", str(END - START), "-i", ffmpeg.file_url(source)]
    ffmpeg.run([*seek, "-vf", shape, *MASTER_X264, ffmpeg.file_url(out)], cwd=out.parent)


def _by_moviepy(source: Path, out: Path) -> None:
    """The same with MoviePy."""
    from moviepy import VideoFileClip

    with VideoFileClip(str(source)) as film:
        upright = film.subclipped(START, END).cropped(x1=438, y1=0, width=404, height=720)
        moviepy_peer.write(upright.resized((1080, 1920)), out)


def _warm_up(folder: Path, source: Path) -> None:
    """Imports and the page cache are nobody's merit."""
    import moviepy

    assert moviepy.VideoFileClip
    _by_hand(source, folder / "warm.mp4")
