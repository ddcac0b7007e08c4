"""Where the time goes: `python -m bench.time_spent` draws docs/model/time.png, of 5 and of 16 seconds.

A bar for each piece of work, from when it began to when it ended; the model is warm. Frames are delivered and
encoded on a thread of their own, where each is timed as it is written.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from library.media.h264.encode import Encoder

FOLDER = Path(__file__).resolve().parent.parent / "models" / "lingying-tiny"
PICTURE = Path("docs/model/time.png")
PROMPT, SHORT_SIDE = "端午节日气氛,赛龙舟", 720
CLIPS = {5.0: 15.0, 16.0: 50.0}  # seconds of video: seconds it may take
LANES = ("sampling", "decoding", "delivery and encoding")
COLOURS = ("#3b7dd8", "#5fb3a1", "#d8643b")

# Events at which a piece of the model's work is over, and what it was.
ENDS = {"step": "sampling", "decode": "decoding", "segment": None, "color_match": None, "sampled": None}
LONGEST, LONGEST_FRAME = 0.5, 0.1  # seconds that one piece of work is drawn for: more is waiting

Span = tuple[float, float]


def timed(seconds: float) -> tuple[dict[str, list[Span]], float, float]:
    """Spans of each lane, seconds from the beginning; the seconds of the clock and of CPU in all."""
    from generation.runner.run import run
    from generation.runner.spec import GenerationSpec

    lanes: dict[str, list[Span]] = {name: [] for name in LANES}
    last = {"model": 0.0, "encoder": 0.0}

    def over(thread: str, lane: str | None, longest: float) -> None:
        now = time.monotonic() - began
        if lane:
            lanes[lane].append((max(last[thread], now - longest), now))
        last[thread] = now

    def hear(event: Any) -> None:
        if event.kind in ENDS:
            over("model", ENDS[event.kind], LONGEST)

    write = Encoder.write_scaled

    def written(encoder: Encoder, rgb: Any) -> None:
        write(encoder, rgb)
        over("encoder", "delivery and encoding", LONGEST_FRAME)

    with tempfile.TemporaryDirectory() as home:
        spec = GenerationSpec(PROMPT, seconds=seconds, short_side=SHORT_SIDE)
        began, cpu = time.monotonic(), time.process_time()
        with patch.object(Encoder, "write_scaled", written):
            run(spec, folder=FOLDER, out=Path(home) / "clip.mp4", workdir=Path(home), on_event=hear)
        return lanes, time.monotonic() - began, time.process_time() - cpu


def measure() -> list[dict[str, Any]]:
    """A figure for each length: how long it takes, the model warm."""
    timed(1.0)  # loads the model
    found = {seconds: timed(seconds) for seconds in CLIPS}
    _plot(found)
    return [
        {
            "name": f"clip-{seconds:g}s-720p",
            "ours": round(found[seconds][1], 2),
            "peer": None,
            "target": target,
            "unit": "s",
            "runs": 1,
            "cpu": round(found[seconds][2], 2),
        }
        for seconds, target in CLIPS.items()
    ]


def _plot(found: dict[float, tuple[dict[str, list[Span]], float, float]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, rows = plt.subplots(len(found), 1, figsize=(9, 2.2 * len(found)))
    for axes, (seconds, (lanes, wall, cpu)) in zip(rows, found.items(), strict=True):
        for place, (spans, colour) in enumerate(zip(lanes.values(), COLOURS, strict=True)):
            bars = [(start, end - start) for start, end in spans]
            axes.broken_barh(bars, (-place - 0.4, 0.8), color=colour, alpha=0.6, lw=0)
        axes.set_yticks([0, -1, -2], list(lanes))
        axes.set_xlim(0, wall)
        axes.set_title(
            f"{seconds:g} s at {SHORT_SIDE} p, 30 fps: {wall:.1f} s, {cpu:.1f} s of CPU", fontsize=10
        )
    rows[-1].set_xlabel("seconds")
    figure.tight_layout()
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
