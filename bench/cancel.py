"""How soon a run that is cancelled at a random moment has ended: in steps and in milliseconds.

`python -m bench.cancel`: the built-in model, 20 cancels of a clip of two segments, spread over its length.
"""

import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from library.media.progress import Silent

FOLDER = Path(__file__).resolve().parent.parent / "models" / "lingying-tiny"
PROMPT, SECONDS, SHORT_SIDE = "一只红色的小狗在海边向右走", 8.0, 720
COUNT, SEED = 20, 1


class Cancelled(Exception):
    """Raised by `check` once somebody has asked."""


@dataclass
class Run(Silent):
    """One run, what is heard of it, and how it is cancelled."""

    asked: threading.Event = field(default_factory=threading.Event)
    kind: str = ""
    steps_after: int = 0
    decoded_after: int = 0
    asked_at: float = 0.0

    def hear(self, event: Any) -> None:
        if self.asked.is_set():
            self.steps_after += event.kind == "step"
            self.decoded_after += event.kind == "decode"
        else:
            self.kind = event.kind

    def cancel(self) -> None:
        self.asked_at = time.monotonic()
        self.asked.set()

    def check(self) -> None:
        if self.asked.is_set():
            raise Cancelled


@dataclass(frozen=True)
class Cancel:
    """`during`: what was told last. `steps`, `decoded`: told after it was asked."""

    at: float
    during: str
    milliseconds: float
    steps: int
    decoded: int


def cancels(count: int) -> Iterator[Cancel]:
    length = _length()
    dice = random.Random(SEED)
    for _ in range(count):
        yield _cancelled(dice.uniform(0.0, length))


def _length() -> float:
    """Seconds of a whole run, the model warm."""
    for _ in range(2):  # the first one loads the model
        began = time.monotonic()
        _make(Run())
    return time.monotonic() - began


def _cancelled(moment: float) -> Cancel:
    run = Run()
    timer = threading.Timer(moment, run.cancel)
    timer.start()
    with suppress(Cancelled):
        _make(run)
    ended = time.monotonic()
    timer.join()
    spent = max(0.0, ended - run.asked_at)
    return Cancel(round(moment, 2), run.kind, round(spent * 1000, 1), run.steps_after, run.decoded_after)


def _make(run: Run) -> None:
    from generation.runner import run as runner
    from generation.runner.spec import GenerationSpec

    spec = GenerationSpec(PROMPT, seconds=SECONDS, short_side=SHORT_SIDE, seed=7)
    with tempfile.TemporaryDirectory() as home:
        runner.run(
            spec,
            folder=FOLDER,
            out=Path(home) / "clip.mp4",
            workdir=Path(home),
            on_event=run.hear,
            progress=run,
        )


def measure(count: int = COUNT) -> list[dict[str, Any]]:
    """Two figures: the latency in steps, target: within one; and in milliseconds, beside a step's own."""
    done = []
    for cancel in cancels(count):
        print(json.dumps(asdict(cancel)), flush=True)
        done.append(cancel)
    steps, spent = [cancel.steps for cancel in done], [cancel.milliseconds for cancel in done]
    return [
        {"name": "cancel-steps", "ours": median(steps), "worst": max(steps), "target": 1, "unit": "steps"},
        {"name": "cancel-ms", "ours": median(spent), "worst": max(spent), "unit": "ms", "runs": count},
    ]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
