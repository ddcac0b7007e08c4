"""How loud an edit is, and by how much it must be made louder: EBU R 128, measured on the sound alone.

The whole is brought to its loudness by one constant gain: nothing pumps, and a clip of half a second comes
out right. Where that gain meets the limiter, what the limiter took is measured and given back.
"""

from collections.abc import Callable
from pathlib import Path

import ffmpeg as graphs

from editing.engine.document import Document
from editing.engine.graph import build
from editing.engine.render.source import Sources
from library.media.guard import ffmpeg

REPORT = "loudness.txt"
INTEGRATED = "lavfi.r128.I="
SILENCE = -60.0  # LUFS; also what a sound too short to measure reads as
CLOSE, TRIES, MOST_GAIN = 0.1, 4, 50.0  # LU, measurements, decibels


def gain_for(
    document: Document,
    sources: Sources,
    *,
    workdir: Path,
    timeout: float = 600,
    check: Callable[[], None] | None = None,
) -> float:
    """The gain in decibels that gives `document` the loudness it asks for; 0 where it asks for none, or where
    there is nothing to hear. Costs a decoding of the sound for each measurement: mostly one or two."""
    wanted, gain = document.delivery.loudness, 0.0
    if wanted is None:
        return gain
    for _ in range(TRIES):
        heard = measured(document, sources, gain, workdir=workdir, timeout=timeout, check=check)
        if heard is None or heard < SILENCE or abs(wanted - heard) <= CLOSE:
            break
        gain = round(max(-MOST_GAIN, min(MOST_GAIN, gain + wanted - heard)), 2)
    return gain


def measured(
    document: Document,
    sources: Sources,
    gain: float,
    *,
    workdir: Path,
    timeout: float = 600,
    check: Callable[[], None] | None = None,
) -> float | None:
    """Integrated loudness in LUFS of the edit made louder by `gain` decibels; None where it has no sound."""
    graph = build(document, sources, louder=gain)
    if graph.audio is None:
        return None
    for name, text in graph.files.items():
        (workdir / name).write_text(text, encoding="utf-8")
    report = workdir / REPORT
    meter = graph.audio.filter("ebur128", metadata=1).filter("ametadata", mode="print", file=REPORT)
    ffmpeg.run(graphs.output(meter, "-", format="null").get_args(), cwd=workdir, timeout=timeout, check=check)
    read = [line for line in report.read_text().splitlines() if line.startswith(INTEGRATED)]
    report.unlink()
    return float(read[-1].removeprefix(INTEGRATED)) if read else SILENCE * 2
