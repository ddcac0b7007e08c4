"""A moving picture (GIF, WebP, AVIF) of a stranger made anew as a master: played once, over black.

`python -m library.media.ingest.animations SOURCE TARGET WIDTH HEIGHT FRAMES` is the guarded child that does.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from library.media.guard import apart, process
from library.media.h264.encode import Encoder
from library.media.ingest import pictures
from library.media.ingest.inspection import InspectedFile
from library.media.probe import Probe, probe
from library.media.progress import Progress
from library.media.shapes import FRAME_RATE

MEMORY, DATA = 6 * process.GIB, 2 * process.GIB  # bytes
THREADS = 4


def animation(source: Path, target: Path, found: InspectedFile, progress: Progress) -> Probe:
    """Encode the moving picture `source` as the master `target`, in a child with hard limits.

    Raises Unreadable, and what `progress.check` raises: nothing is left at `target`."""
    (width, height), frames = found.shape.size, found.timing.frames
    paths = (str(source.absolute()), str(target.absolute()))
    shape = (str(width), str(height), str(frames))
    limits = process.Limits(60 + 20 * frames / FRAME_RATE, MEMORY, data=DATA)
    try:
        apart.ask("library.media.ingest.animations", *paths, *shape, limits=limits, check=progress.check)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return probe(target)


def _encode(source: Path, target: Path, size: tuple[int, int], frames: int) -> None:
    """As many frames as were promised: each shows what is on screen when it begins, the last what is last."""
    width, height = size
    with (
        pictures.refusing(width * height),
        pictures.opened(source) as picture,
        Encoder(target, width=width, height=height, fps=FRAME_RATE, threads=THREADS) as encoder,
    ):
        ends = 0.0
        for frame, lasts in pictures.moving(picture):
            ends += lasts
            shown = np.asarray(pictures.over_black(frame))
            while encoder.frames < min(frames, round(ends * FRAME_RATE)):
                encoder.write_scaled(shown)
        while encoder.frames < frames:
            encoder.write_scaled(shown)


def main(source: str, target: str, width: str, height: str, frames: str) -> int:
    def work() -> dict[str, Any]:
        _encode(Path(source), Path(target), (int(width), int(height)), int(frames))
        return {}

    return apart.answer(work)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
