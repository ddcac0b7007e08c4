"""How soon the preview of a draft is there: five seconds of a 1080p edit, at 480p, against the two allowed.

The draft has what drafts have: three clips, a transition, a colour look, captions, ducked music, −14 LUFS.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from bench.costs import Cost, figure, in_turns
from editing.engine.document import Document, parse
from editing.engine.render.render import render
from editing.engine.source import Sources, open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import MASTER_X264

RUNS = 3
ALLOWED = Cost(cpu=0.0, wall=2.0)  # seconds
SECONDS = 5  # of each clip


def measure() -> list[dict[str, Any]]:
    """A preview's wall time against what is allowed, and against that of the whole edit, in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {clip: open_source(_film(folder, clip)) for clip in ("a", "b", "c", "song")}
        ways = {
            "preview": partial(_rendered, sources, folder, preview=True),
            "whole": partial(_rendered, sources, folder, preview=False),
        }
        costs = in_turns(ways, RUNS)
    return [
        figure("preview-wall", costs["preview"], [ALLOWED] * RUNS, "wall", 1.0),
        figure("preview-wall-v-whole-edit", costs["preview"], costs["whole"], "wall", 1.0),
    ]


def _film(folder: Path, name: str) -> Path:
    """1080p with sound, as an upload is kept."""
    picture = f"testsrc2=s=480x270:r=30:d={SECONDS},scale=1920:1080:flags=bicubic,format=yuv420p"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=330:r=48000:d={SECONDS}"]
    ffmpeg.run([*inputs, *MASTER_X264, f"{name}.mp4"], cwd=folder)
    return folder / f"{name}.mp4"


def _edit() -> Document:
    fade = {"name": "fade", "seconds": 0.5}
    return parse(
        {
            "version": 1,
            "canvas": {"aspect": "9:16"},
            "clips": [
                {"clip": "a", "start": 1, "end": 4, "effects": [{"name": "vivid"}]},
                {"clip": "b", "start": 0.5, "end": 4, "transition": fade, "reframe": {"mode": "blur"}},
                {"clip": "c", "start": 0, "end": 5, "transition": fade},
            ],
            "captions": [{"text": "端午节，赛龙舟", "start": 0.5, "end": 4}],
            "music": [{"track": "song", "gain": -6, "duck": True}],
            "delivery": {"loudness": -14},
        }
    )


def _rendered(sources: Sources, folder: Path, *, preview: bool) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as workdir:
        render(_edit(), sources, Path(workdir) / "out.mp4", workdir=Path(workdir), preview=preview)
