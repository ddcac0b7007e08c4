"""Two minutes at 1080p and 30 frames a second from one call of the built-in model: memory and pace, by
segment, into docs/runner/two-minutes.png.

`python -m bench.two_minutes [--seconds 120 --short-side 1080]`
"""

import argparse
import json
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "models" / "lingying-tiny"
PICTURE = Path("docs/runner/two-minutes.png")
PROMPT, SEED = "一只红色的小狗在海边向右走", 7
SETTLED = 2  # segments until memory and pace are what they will be
MEMORY, PACE = 0.05, 0.10  # how far they may stray from their medians then


@dataclass(frozen=True)
class Row:
    """One segment: seconds since the one before was committed, and the most memory meanwhile, in MiB."""

    segment: int
    seconds: float
    memory: float
    cpu: float


class MemorySampler:
    """Samples this process's memory ten times a second."""

    def __init__(self) -> None:
        self.most, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "MemorySampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def reset(self) -> float:
        """The most since the last reset, in MiB."""
        most, self.most = self.most, 0.0
        return most

    def _sample(self) -> None:
        while not self._over.wait(0.1):
            resident = int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
            self.most = max(self.most, resident)


def rows(seconds: float, short_side: int, out: Path) -> tuple[list[Row], int]:
    """What each segment took, and how many frames came out."""
    from generation.runner.run import run
    from generation.runner.spec import GenerationSpec

    found: list[Row] = []
    with MemorySampler() as memory, tempfile.TemporaryDirectory() as workdir:
        since = [time.monotonic(), time.process_time()]

        def on_event(event: Any) -> None:
            if event.kind == "plan":
                since[:] = time.monotonic(), time.process_time()
            if event.kind == "committed":
                now = time.monotonic(), time.process_time()
                took = [round(later - earlier, 3) for later, earlier in zip(now, since, strict=True)]
                found.append(Row(event.data["segment"], took[0], round(memory.reset(), 1), took[1]))
                since[:] = now
                print(json.dumps(asdict(found[-1])), flush=True)

        spec = GenerationSpec(PROMPT, seconds=seconds, short_side=short_side, seed=SEED)
        capsule = run(spec, folder=FOLDER, out=out, workdir=Path(workdir), on_event=on_event)
    return found, capsule.frames


def measure(seconds: float = 120.0, short_side: int = 1080) -> list[dict[str, Any]]:
    """Two figures: how far memory and pace stray from their medians, once they have settled."""
    with tempfile.TemporaryDirectory() as scratch:
        found, frames = rows(seconds, short_side, Path(scratch) / "clip.mp4")
    _plot(found, seconds, short_side, frames)
    steady = found[SETTLED:-1]  # the last part ends with the video, not with a segment
    note = f"{seconds:g} s, {short_side} p, {frames} frames, {len(found)} segments; the picture: {PICTURE}"
    return [
        _figure("two-minutes-memory", [row.memory for row in steady], MEMORY, note),
        _figure("two-minutes-pace", [row.seconds for row in steady], PACE, note),
        _figure("two-minutes-cpu", [row.cpu for row in steady], PACE, note),
    ]


def _figure(name: str, values: list[float], target: float, note: str) -> dict[str, Any]:
    usual = median(values)
    return {
        "name": name,
        "ours": max(values),
        "peer": usual,
        "ratio": max(abs(value - usual) for value in values) / usual,
        "target": target,
        "unit": "MiB" if name.endswith("memory") else "s per segment",
        "runs": len(values),
        "note": note,
    }


def _plot(found: list[Row], seconds: float, short_side: int, frames: int) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 5), sharex=True)
    numbers = [row.segment + 1 for row in found]
    for axes, name, unit in (
        (above, "memory", "peak memory, MiB"),
        (below, "seconds", "seconds per segment"),
    ):
        values = [getattr(row, name) for row in found]
        axes.bar(numbers, values, color="#3b7dd8", label=unit)
        axes.axhline(median(values[SETTLED:-1]), color="#d8643b", lw=1)
        axes.set_ylabel(unit)
    below.plot(
        numbers, [row.cpu for row in found], "o-", color="#555", ms=3, lw=0.8, label="of CPU, both cores"
    )
    below.legend(loc="lower right", fontsize=8)
    below.set_xlabel("segment")
    above.set_title(f"{seconds:g} s at {short_side} p: {frames} frames in {len(found)} segments")
    figure.tight_layout()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.two_minutes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--short-side", type=int, default=1080)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.seconds, asked.short_side), indent=1))


if __name__ == "__main__":
    main()
