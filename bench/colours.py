"""How far a render that changes nothing shifts the colours: ours, one ffmpeg command, MoviePy.

Patches of plain colour at 720p are encoded, rendered and decoded again; the figure is the largest difference
of any channel, in levels of 255, from what the pure ffmpeg command leaves.
"""

import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from editing.engine.document import parse
from editing.engine.render.render import render
from editing.engine.source import open_source
from library.media.colour import UNNAMED
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264, Encoder

WIDTH, HEIGHT, ROWS, FRAMES, TARGET = 1280, 720, 8, 10, 3.0
LEVELS = (20, 90, 160, 235)  # of each channel: 64 patches


def measure() -> list[dict[str, Any]]:
    """One figure: levels between a render of ours, or MoviePy's, and the pure command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _patches(folder / "source.mp4")
        _ours(source, folder / "ours.mp4")
        _by_hand(source, folder / "hand.mp4")
        _by_moviepy(source, folder / "moviepy.mp4")
        left = {way: _colours(folder / f"{way}.mp4") for way in ("ours", "hand", "moviepy")}
    ours, moviepy = (int(np.abs(left[way] - left["hand"]).max()) for way in ("ours", "moviepy"))
    told = {"ours": ours, "peer": moviepy, "ratio": round(ours / max(moviepy, 1), 3), "target": TARGET}
    return [{"name": "colours-v-ffmpeg", **told, "unit": "levels", "runs": 1}]


def _patches(path: Path) -> Path:
    """64 colours, eight by eight."""
    grid = np.array([[r, g, b] for r in LEVELS for g in LEVELS for b in LEVELS], np.uint8).reshape(8, 8, 3)
    picture = np.ascontiguousarray(grid.repeat(HEIGHT // ROWS, axis=0).repeat(WIDTH // ROWS, axis=1))
    with Encoder(path, width=WIDTH, height=HEIGHT, fps=30, crf=8) as encoder:
        for _ in range(FRAMES):
            encoder.write(picture)
    return path


def _ours(source: Path, out: Path) -> None:
    cut = {"clip": "a", "start": 0, "end": FRAMES / 30}
    value = {"version": 1, "canvas": {"size": [WIDTH, HEIGHT]}, "clips": [cut]}
    render(parse(value), {"a": open_source(source)}, out, workdir=out.parent)


def _by_hand(source: Path, out: Path) -> None:
    ffmpeg.run([*ffmpeg.safe_input(source), *MASTER_X264, ffmpeg.file_url(out)], cwd=out.parent)


def _by_moviepy(source: Path, out: Path) -> None:
    from moviepy import VideoFileClip

    with VideoFileClip(str(source)) as film:
        film.write_videofile(
            str(out), codec="libx264", ffmpeg_params=["-crf", "18", "-pix_fmt", "yuv420p"], logger=None
        )


def _colours(path: Path) -> NDArray[np.int64]:
    """The middle of every patch of the middle frame as a player shows it: HD that does not say is BT.709."""
    with av.open(str(path)) as container:
        frame = list(container.decode(video=0))[FRAMES // 2]
    said = frame.colorspace if frame.colorspace != UNNAMED else Colorspace.ITU709
    shown = frame.reformat(format="rgb24", src_colorspace=said).to_ndarray()
    rows, columns = (np.arange(ROWS) * side // ROWS + side // ROWS // 2 for side in (HEIGHT, WIDTH))
    return shown[np.ix_(rows, columns)].astype(np.int64)
