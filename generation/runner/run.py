"""From a brief to a video file: load, sample, decode, deliver, encode, with events on the way."""

from dataclasses import replace
from pathlib import Path

import torch

from generation.runner import errors, plan
from generation.runner.capsule import Capsule
from generation.runner.events import Check, Event, OnEvent, ignore
from generation.runner.families import registry
from generation.runner.families.adapter import ModelAdapter
from generation.runner.progress import Progress
from generation.runner.prompt_parser import summary
from generation.runner.render_plan import RenderPlan
from generation.runner.reporting import StageReporter
from generation.runner.runtime import machine, optimizations
from generation.runner.runtime.residency import WARM, best_device
from generation.runner.runtime.state import State
from generation.runner.spec import GenerationSpec
from library.media.h264.join import join
from library.media.progress import SILENT
from library.media.progress import Progress as JobProgress


def run(
    brief: GenerationSpec,
    *,
    folder: Path,
    out: Path,
    workdir: Path,
    progress: JobProgress = SILENT,
    on_event: OnEvent = ignore,
    state: Path | None = None,
) -> Capsule:
    """Make the clip of `brief` with the model in `folder`, at `out`; answer what it takes to make it again.

    `workdir` keeps finished segments: a run that was killed goes on behind them. `progress.check` is called
    at every step and frame and may raise; its exception goes through, nothing more is computed and no file
    appears. `on_event` gets every event, of which `progress` hears what a job's readers are to see.
    `state` is where this machine remembers paces, preview matrices and hashes. Raises a Refusal, before
    anything is loaded, where the model cannot do what is asked. A run that finds too little memory is begun
    once more with what takes least of it; then OutOfMemory says how much there was.
    """
    reporter, check = StageReporter(progress, on_event), progress.check
    device = best_device()
    card = optimizations.pulled(registry.read(folder).at(brief.quality), device)
    plan.check(brief, card)
    torch.set_num_threads(machine.THREADS)
    making = RenderPlan(brief, card, Path(folder), Path(workdir), State(state), device)
    if capsule := _attempt(making, Path(out), reporter, check):
        return capsule
    WARM.clear()
    sparing = replace(making, card=optimizations.spared(card, device))
    reporter(Event("sparing", {"levers": dict(sparing.card.levers)}))
    if capsule := _attempt(sparing, Path(out), reporter, check):
        return capsule
    WARM.clear()
    raise _out_of_memory(sparing)


def _attempt(making: RenderPlan, out: Path, on_event: OnEvent, check: Check) -> Capsule | None:
    """The clip made, or None where memory ran out; what stood in it is let go of on the way out."""
    try:
        return _run(making, out, making.progress(on_event, check))
    except torch.OutOfMemoryError:
        return None


def _out_of_memory(making: RenderPlan) -> Exception:
    used, most = machine.memory(making.device)
    size = "×".join(map(str, making.native))
    frames = max(segment.frames for segment in making.segments)
    return errors.OutOfMemory(model=making.card.name, size=size, frames=frames, used=used, most=most)


def _run(making: RenderPlan, out: Path, progress: Progress) -> Capsule:
    card = making.card
    if making.understood:
        told = making.understood.as_dict()
        progress.tell("understood", **told, detail=summary.say(told, "en"))
    progress.tell("loading", model=card.name, warm=WARM.has(making.version, making.device, card))
    progress.check()
    with WARM.held(making.folder, card, making.device, making.version) as family:
        progress.check()
        capsule = _make(making, family, out, progress)
    progress.tell("done", capsule=capsule.as_dict())
    return capsule


def _make(making: RenderPlan, family: ModelAdapter, out: Path, progress: Progress) -> Capsule:
    store = making.store()
    shooting = making.shooting(family, store, progress)
    progress.tell("plan", **making.plan())
    with making.finishing(store, progress) as finishing:
        shooting.shoot(finishing)
        finishing.wait()
    frames = join(store.parts(), out, fps=making.brief.fps, sound=making.track(store))
    return making.capsule(out, frames, progress)
