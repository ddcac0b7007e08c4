"""How loud an edit is, and the gain it needs: EBU R 128, measured on the sound alone.

The whole gets one constant gain: there is no pumping, and a clip of half a second comes out right. Where the
gain meets the limiter, what the limiter took is measured, and added to the gain.
"""

from collections.abc import Callable
from pathlib import Path

import ffmpeg as graphs

from editing.engine.document import Document
from editing.engine.graph import build
from editing.engine.graph.arguments import arguments
from editing.engine.source import Sources
from library.media.guard import ffmpeg

REPORT = "loudness.txt"
INTEGRATED = "lavfi.r128.I="
SILENCE = -60.0  # LUFS; also what the meter gives for a sound too short to measure
TOLERANCE, MAX_MEASUREMENTS, MAX_GAIN = 0.1, 4, 50.0  # LU; decibels


def gain_for(
    document: Document,
    sources: Sources,
    *,
    workdir: Path,
    timeout: float = 600,
    check: Callable[[], None] | None = None,
) -> float:
    """The gain in decibels that gives `document` the loudness it asks for; 0 where it asks for none, or where
    it is silent. Each measurement decodes the sound once; mostly one or two are made."""
    wanted, gain = document.delivery.loudness, 0.0
    if wanted is None:
        return gain
    for _ in range(MAX_MEASUREMENTS):
        found = measure(document, sources, gain, workdir=workdir, timeout=timeout, check=check)
        if found is None or found < SILENCE or abs(wanted - found) <= TOLERANCE:
            break
        gain = round(max(-MAX_GAIN, min(MAX_GAIN, gain + wanted - found)), 2)
    return gain


def measure(
    document: Document,
    sources: Sources,
    gain: float,
    *,
    workdir: Path,
    timeout: float = 600,
    check: Callable[[], None] | None = None,
) -> float | None:
    """Integrated loudness in LUFS of the edit with `gain` decibels; None where it has no sound."""
    graph = build(document, sources, gain=gain)
    if graph.audio is None:
        return None
    for name, text in graph.files.items():
        (workdir / name).write_text(text, encoding="utf-8")
    report = workdir / REPORT
    meter = graph.audio.filter("ebur128", metadata=1).filter("ametadata", mode="print", file=REPORT)
    argv = arguments(graphs.output(meter, "-", format="null"))
    ffmpeg.run(argv, cwd=workdir, timeout=timeout, check=check)
    read = [line for line in report.read_text().splitlines() if line.startswith(INTEGRATED)]
    report.unlink()
    return float(read[-1].removeprefix(INTEGRATED)) if read else SILENCE * 2
