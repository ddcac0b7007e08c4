"""`kill -9` at random moments of a chain: the next worker finishes, in the same bytes; what is done twice.

`python -m bench.kills --count 20` takes the built-in model through a job of four segments. Every trial is a
process of its own that is killed at a random moment, and another that goes on in the same folder.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from generation.runner.spec import GenerationSpec

FOLDER = Path(__file__).resolve().parent.parent / "models" / "lingying-tiny"
FOUR_SEGMENTS = GenerationSpec("一只红色的小狗在海边向右走", seconds=16.0, short_side=180, steps=8, seed=7)
SEED, COUNT = 1, 20
TICK, BETWEEN = 0.02, 0.1  # seconds: between looks, and between two events at most


@dataclass(frozen=True)
class Trial:
    """`moment`: seconds into the job; `stage`: what was told last, but for frames, which come from a thread
    beside it. `twice`: what was done again."""

    moment: float
    stage: str
    same: bool
    steps_twice: int
    frames_twice: int
    seconds_twice: float


@dataclass(frozen=True)
class Job:
    """One spec in one folder; whoever works on it tells into `log`."""

    spec: GenerationSpec
    folder: Path
    home: Path
    state: Path

    @property
    def out(self) -> Path:
        return self.home / "clip.mp4"

    @property
    def log(self) -> Path:
        return self.home / "events.jsonl"

    def events(self) -> list[dict[str, Any]]:
        """What was told so far; the last line may have been cut off."""
        lines = self.log.read_text("utf-8").split("\n")[:-1] if self.log.exists() else []
        return [json.loads(line) for line in lines]


def trials(
    folder: Path, spec: GenerationSpec, scratch: Path, *, count: int, seed: int = SEED
) -> Iterator[Trial]:
    """`count` jobs, each killed once at a random moment and then finished."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["generation.runner.run", "generation.runner.families.wan.adapter"])
    jobs = (Job(spec, folder, scratch / f"job-{number}", scratch / "state") for number in range(count + 2))
    _finish(context, next(jobs))  # the first one measures what the others only remember
    whole = next(jobs)
    _finish(context, whole)
    told, dice = [event["at"] for event in whole.events()], random.Random(seed)
    began, lasted = _span(whole.events())
    for job in jobs:
        moment = began + dice.uniform(0.0, lasted)  # of the time it takes: frames are told of in bursts
        yield _trial(context, job, whole, bisect(told, moment), dice.uniform(0.0, BETWEEN))


def _trial(context: Any, job: Job, whole: Job, events: int, rest: float) -> Trial:
    """Killed when so many `events` are told, and a little later: a moment of the work, at any speed."""
    job.home.mkdir(parents=True)
    worker = context.Process(target=_work, args=(job,))
    worker.start()
    while worker.is_alive() and len(job.events()) < events:
        worker.join(TICK)
    worker.join(rest)
    if worker.pid and worker.is_alive():
        os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    before = job.events()
    _finish(context, job)
    return _judged(job, whole, before)


def _judged(job: Job, whole: Job, before: list[dict[str, Any]]) -> Trial:
    after = job.events()[len(before) :]
    usual, spent = _span(whole.events())[1], _span(before)[1] + _span(after)[1]
    return Trial(
        moment=round(_span(before)[1], 2),
        stage=next(event["kind"] for event in reversed(before) if event["kind"] != "frame"),
        same=job.out.read_bytes() == whole.out.read_bytes(),
        steps_twice=_twice(before, after, "step"),
        frames_twice=_twice(before, after, "frame"),
        seconds_twice=round(max(0.0, spent - usual), 2),
    )


def _twice(before: list[dict[str, Any]], after: list[dict[str, Any]], kind: str) -> int:
    """How many of a kind the first worker had told of that the second one made again."""
    reached, resumed = (
        [event["done"] for event in told if event["kind"] == kind] for told in (before, after)
    )
    return max(0, reached[-1] - resumed[0] + 1) if reached and resumed else 0


def _span(events: list[dict[str, Any]]) -> tuple[float, float]:
    """When the work began, the model being loaded, and how many seconds it took."""
    began = next(event["at"] for event in events if event["kind"] == "plan")
    return began, events[-1]["at"] - began


def _finish(context: Any, job: Job) -> None:
    job.home.mkdir(parents=True, exist_ok=True)
    worker = context.Process(target=_work, args=(job,))
    worker.start()
    worker.join()
    if worker.exitcode:
        raise RuntimeError(f"A worker ended with {worker.exitcode}.")


def _work(job: Job) -> None:
    """In a process of its own."""
    from generation.runner.run import run

    with job.log.open("a", buffering=1, encoding="utf-8") as log:

        def tell(event: Any) -> None:
            told = {"kind": event.kind, "at": time.monotonic(), "done": event.data.get("done")}
            log.write(json.dumps(told) + "\n")

        run(
            job.spec,
            folder=job.folder,
            out=job.out,
            workdir=job.home / "work",
            state=job.state,
            on_event=tell,
        )


def measure(count: int = COUNT) -> list[dict[str, Any]]:
    """One figure: how many of the killed jobs ended in the undisturbed one's bytes; target: all."""
    with tempfile.TemporaryDirectory() as scratch:
        done = []
        for trial in trials(FOLDER, FOUR_SEGMENTS, Path(scratch), count=count):
            print(json.dumps(asdict(trial)), flush=True)
            done.append(trial)
    twice = [trial.seconds_twice for trial in done]
    return [
        {
            "name": "runner-kills",
            "ours": sum(trial.same for trial in done),
            "peer": count,
            "ratio": sum(trial.same for trial in done) / count,
            "target": 1.0,
            "unit": "jobs ended in the same bytes",
            "runs": count,
            "steps_twice": [median(each := [trial.steps_twice for trial in done]), max(each)],
            "frames_twice": [median(each := [trial.frames_twice for trial in done]), max(each)],
            "seconds_twice": [round(median(twice), 2), max(twice)],
            "note": f"{FOUR_SEGMENTS.seconds:g} s in four segments; twice: median, worst.",
        }
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    print(json.dumps(measure(parser.parse_args().count), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
