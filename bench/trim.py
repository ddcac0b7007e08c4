"""A trim of two minutes of 1080p that copies what it can, against the full encode it saves; and fifty random
cuts of small films with three kinds of groups, every frame held against its source."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.costs import figure, in_turns
from editing.engine.document import Canvas, Cut, Document
from editing.engine.render.command import compile
from editing.engine.render.render import render
from editing.engine.render.stream_copy import is_plain_trim
from editing.engine.source import Source, open_source
from library.media.guard import ffmpeg
from library.media.guard.container import open_container
from library.media.h264.encode import MASTER_X264
from library.media.h264.splice import frame_times
from library.media.probe import probe

RUNS, TARGET = 2, 0.08  # a full encode of two minutes takes its time
SECONDS, START, END = 120, 7.37, 112.9
BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
GROUPS = {
    "closed": list(MASTER_X264),
    "open": ["-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=3", *BT709],
    "long": ["-c:v", "libx264", "-x264-params", "keyint=150:bframes=8:b-pyramid=normal:ref=5", *BT709],
}
CUTS, FRAMES = 50, 300
NEAR = 3  # frames: a wrong one is most likely a neighbour


def measure() -> list[dict[str, Any]]:
    """The figures: CPU and wall over the full encode, and how many of all frames are not the right ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = open_source(_film(folder))
        document = _trim(source, START, END)
        assert is_plain_trim(document, {"a": source}), "a full encode would be measured twice"
        ways = {
            "ours": lambda: _copied(document, source, folder),
            "full": lambda: _in_full(document, source, folder),
        }
        costs = in_turns(ways, RUNS)
        cuts = _cuts(folder)
    pairs = (costs["ours"], costs["full"])
    return [figure(f"trim-{unit}-v-full-encode", *pairs, unit, TARGET) for unit in ("cpu", "wall")] + [cuts]


def _film(folder: Path) -> Path:
    """Ten seconds of 1080p twelve times over, a tone under the whole: looped with it, the picture would have
    a hole at every turn, as the sound is a little longer."""
    ten, film = folder / "ten.mp4", folder / "film.mp4"
    picture = "testsrc2=s=480x270:r=30:d=10,scale=1920:1080:flags=bicubic,format=yuv420p"
    ffmpeg.run(["-f", "lavfi", "-i", picture, *MASTER_X264, ten.name], cwd=folder)
    looped = ["-stream_loop", str(SECONDS // 10 - 1), *ffmpeg.safe_input(ten)]
    tone = ["-f", "lavfi", "-i", f"sine=330:r=48000:d={SECONDS}", "-c:v", "copy", "-c:a", "aac"]
    ffmpeg.run([*looped, *tone, "-movflags", "+faststart", film.name], cwd=folder)
    return film


def _trim(source: Source, start: float, end: float) -> Document:
    return Document(Canvas(size=source.size, fps=30), (Cut(clip="a", start=start, end=end),))


def _copied(document: Document, source: Source, folder: Path) -> None:
    render(document, {"a": source}, folder / "ours.mp4", workdir=folder)


def _in_full(document: Document, source: Source, folder: Path) -> None:
    """The command that would be run otherwise, and the same look at what came out."""
    command = compile(document, {"a": source}, folder / "full.mp4")
    ffmpeg.run(command.args, cwd=folder, timeout=3600)
    probe(folder / "full.mp4")


def _cuts(folder: Path) -> dict[str, Any]:
    """Random trims of every kind in turn: `ours` counts the frames that are wrong, or at the wrong time."""
    dice, wrong = random.Random(50), 0
    films = [_grouped(folder, name) for name in GROUPS]
    lumas = [_lumas(film.path) for film in films]
    for number in range(CUTS):
        film, luma = films[number % len(films)], lumas[number % len(films)]
        first = dice.randrange(FRAMES - 20)
        last = dice.randrange(first + 10, FRAMES)
        render(_trim(film, first / 30, last / 30), {"a": film}, folder / "cut.mp4", workdir=folder)
        wrong += _wrong(folder / "cut.mp4", luma, first, last)
    told = {"name": "trim-wrong-frames", "ours": wrong, "peer": None, "ratio": None, "target": 0}
    return told | {"unit": f"frames of {CUTS} cuts", "runs": CUTS}


def _grouped(folder: Path, name: str) -> Source:
    picture = f"testsrc2=s=160x96:r=30:d={FRAMES / 30},rotate=t/3"
    args = ["-f", "lavfi", "-i", picture, *GROUPS[name], "-pix_fmt", "yuv420p", f"{name}.mp4"]
    ffmpeg.run(args, cwd=folder)
    return open_source(folder / f"{name}.mp4")


def _lumas(path: Path) -> NDArray[np.int16]:
    with open_container(path) as media:
        return np.stack([frame.to_ndarray(format="gray").astype(np.int16) for frame in media.decode(video=0)])


def _wrong(out: Path, source: NDArray[np.int16], first: int, last: int) -> int:
    """Frames that are nearer to a neighbour than to their own, not there, or off their time."""
    shown, times = _lumas(out), frame_times(out)
    late = sum(abs(time - number / 30) > 0.001 for number, time in enumerate(times))
    missing = abs(len(shown) - (last - first))
    return missing + late + sum(_nearest(one, source, at) != at for at, one in enumerate(shown, first))


def _nearest(picture: NDArray[np.int16], source: Sequence[Any] | NDArray[np.int16], at: int) -> int:
    around = range(max(0, at - NEAR), min(len(source), at + NEAR + 1))
    return min(around, key=lambda frame: float(np.abs(picture - source[frame]).mean()))
