"""From a brief to a video file: load, sample, decode, deliver, encode, with events on the way."""

from dataclasses import replace
from pathlib import Path

import torch

from generation.runner import errors, plan, prompts
from generation.runner.capsule import Capsule
from generation.runner.events import Check, Event, OnEvent, ignore, never
from generation.runner.families import registry
from generation.runner.families.adapter import ModelAdapter
from generation.runner.progress import Progress
from generation.runner.prompt_parser import summary
from generation.runner.render_plan import RenderPlan
from generation.runner.runtime import machine, optimizations
from generation.runner.runtime.model_cache import MODEL_CACHE, best_device
from generation.runner.runtime.state import State
from generation.runner.spec import GenerationSpec
from library.media.h264.join import join


def run(
    brief: GenerationSpec,
    *,
    folder: Path,
    out: Path,
    workdir: Path,
    on_event: OnEvent = ignore,
    check: Check = never,
    state: Path | None = None,
) -> Capsule:
    """Make the clip of `brief` with the model in `folder`, at `out`; answer what it takes to make it again.

    `workdir` keeps finished segments: a run that was killed goes on behind them. `check` is called at every
    step and frame and may raise; its exception goes through, nothing more is computed and no file appears.
    `state` is where this machine remembers paces, preview matrices and hashes. Raises a Refusal, before
    anything is loaded, where the model cannot do what is asked. A run that finds too little memory is begun
    once more with what takes least of it; then OutOfMemory says how much there was.
    """
    device = best_device()
    model = optimizations.pulled(registry.read(folder).at(brief.quality), device)
    plan.check(brief, model)
    brief = _complete(brief, Path(folder))
    torch.set_num_threads(machine.THREADS)
    making = RenderPlan(brief, model, Path(folder), Path(workdir), State(state), device)
    if capsule := _attempt(making, Path(out), on_event, check):
        return capsule
    MODEL_CACHE.clear()
    sparing = replace(making, model=optimizations.spared(model, device))
    on_event(Event("memory_saving", {"optimizations": dict(sparing.model.optimizations)}))
    if capsule := _attempt(sparing, Path(out), on_event, check):
        return capsule
    MODEL_CACHE.clear()
    raise _out_of_memory(sparing)


def _complete(brief: GenerationSpec, folder: Path) -> GenerationSpec:
    """With a seed, and parsed unless that was done where it was accepted."""
    seeded = replace(brief, seed=brief.seed or 0)
    return seeded if seeded.understood else prompts.parsed(seeded, folder)


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
    return errors.OutOfMemory(model=making.model.name, size=size, frames=frames, used=used, most=most)


def _run(making: RenderPlan, out: Path, progress: Progress) -> Capsule:
    model = making.model
    if making.brief.understood:
        told = making.brief.understood.as_dict()
        progress.tell("understood", **told, detail=summary.summarize(told, "en"))
    progress.tell("loading", model=model.name, warm=MODEL_CACHE.has(making.version, making.device, model))
    progress.check()
    with MODEL_CACHE.held(making.folder, model, making.device, making.version) as family:
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
