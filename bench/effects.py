"""MoviePy's effects on a span: one second of five changed, by our darkroom and by MoviePy itself, in turn.

Ours draws only that second picture by picture, with MoviePy's own classes; MoviePy draws all of it so. What
the darkroom costs is told by the same edit of ours without the effect.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.spent import Spent, spent
from editing.engine.document import parse
from editing.engine.render import render
from editing.engine.source import open_source
from library.media import ffmpeg
from library.media.encode import MASTER_X264

RUNS = 3
SECONDS = 5
Edit = Callable[[Path, Path], None]


def measure() -> list[dict[str, Any]]:
    """CPU and wall of ours over MoviePy's, and of ours over ours without the effect."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _film(folder)
        ways: dict[str, Callable[[Path, Path], None]] = {
            "ours": _ours,
            "moviepy": _by_moviepy,
            "plain": _plain,
        }
        for way, edit in ways.items():  # imports and the page cache are nobody's merit
            edit(source, folder / f"warm-{way}.mp4")
        costs: dict[str, list[Spent]] = {way: [] for way in ways}
        for run in range(RUNS):
            for way, edit in ways.items():
                costs[way].append(_cost(edit, source, folder / f"{way}-{run}.mp4"))
    return [
        _figure(costs, peer, unit, target)
        for peer, target in (("moviepy", 0.7), ("plain", None))
        for unit in ("cpu", "wall")
    ]


def _cost(edit: Edit, source: Path, out: Path) -> Spent:
    return spent(lambda: edit(source, out))


def _film(folder: Path) -> Path:
    picture = f"testsrc2=s=320x180:r=30:d={SECONDS},scale=1280:720:flags=bicubic,format=yuv420p"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=330:r=48000:d={SECONDS}"]
    ffmpeg.run([*inputs, *MASTER_X264, "source.mp4"], cwd=folder)
    return folder / "source.mp4"


def _edited(source: Path, out: Path, effects: list[dict[str, Any]]) -> None:
    middle = {"clip": "a", "start": 2, "end": 3, "effects": effects}
    cuts = [{"clip": "a", "start": 0, "end": 2}, middle, {"clip": "a", "start": 3, "end": 5}]
    value = {"version": 1, "canvas": {"aspect": "16:9"}, "clips": cuts}
    workdir = out.with_suffix("")
    workdir.mkdir()
    render(parse(value), {"a": open_source(source)}, out, workdir=workdir)


def _ours(source: Path, out: Path) -> None:
    _edited(source, out, [{"name": "moviepy.MirrorX"}])


def _plain(source: Path, out: Path) -> None:
    _edited(source, out, [])


def _by_moviepy(source: Path, out: Path) -> None:
    from moviepy import VideoFileClip, concatenate_videoclips, vfx

    settings = ["-crf", "18", "-pix_fmt", "yuv420p", "-g", "60", "-keyint_min", "60", "-sc_threshold", "0"]
    with VideoFileClip(str(source)) as film:
        middle = film.subclipped(2, 3).with_effects([vfx.MirrorX()])
        concatenate_videoclips([film.subclipped(0, 2), middle, film.subclipped(3, 5)]).write_videofile(
            str(out),
            fps=30,
            codec="libx264",
            preset="veryfast",
            audio_codec="aac",
            audio_bitrate="160k",
            ffmpeg_params=[*settings, "-movflags", "+faststart"],
            temp_audiofile_path=str(out.parent),
            logger=None,
        )


def _figure(costs: dict[str, list[Spent]], peer: str, unit: str, target: float | None) -> dict[str, Any]:
    ours, theirs = ([getattr(cost, unit) for cost in costs[way]] for way in ("ours", peer))
    pairs = zip(ours, theirs, strict=True)
    return {
        "name": f"effects-{unit}-v-{peer}",
        "ours": round(median(ours), 3),
        "peer": round(median(theirs), 3),
        "ratio": round(median(mine / other for mine, other in pairs), 3),
        "target": target,
        "unit": f"{unit} seconds",
        "runs": RUNS,
    }
