"""From a spec to a video file: load, sample, decode, deliver, encode, with events on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from generation.runner import errors, inputs, prompts
from generation.runner.capsule import Capsule
from generation.runner.events import Check, Event, OnEvent, ignore
from generation.runner.families import registry, weights
from generation.runner.families.adapter import ModelAdapter
from generation.runner.families.model_folder import INDEX, ModelFolder
from generation.runner.plan import check as check_spec
from generation.runner.progress import RunProgress
from generation.runner.prompt_parser import summary
from generation.runner.render_plan import RenderPlan
from generation.runner.reporting import StageReporter
from generation.runner.runtime import machine, optimizations
from generation.runner.runtime.model_cache import MODEL_CACHE, best_device
from generation.runner.runtime.state import State
from generation.runner.spec import GenerationSpec
from library.media.h264.join import join
from library.media.progress import SILENT, Progress


def run(
    spec: GenerationSpec,
    *,
    folder: Path,
    out: Path,
    workdir: Path,
    progress: Progress = SILENT,
    on_event: OnEvent = ignore,
    state: Path | None = None,
    name: str = "",
) -> Capsule:
    """Make the clip of `spec` with the model in `folder`, at `out`; answer what it takes to make it again.

    `workdir` keeps committed segments: a run that was killed resumes behind them. `progress.check` is called
    at every step and frame and may raise; its exception goes through, nothing more is computed and no file
    appears. `on_event` gets every event, of which `progress` gets what a job's readers are to see.
    `state` is where this machine keeps paces, preview matrices and hashes. Raises a DomainError, before
    anything is loaded, where the model cannot do what is asked, where a file of its folder is broken, and
    where a picture or clip it begins from cannot be read. `name` is what the model is called here; by
    default as its folder is. A run that finds too little memory is begun
    once more with the optimizations that save memory; then OutOfMemory says how much there was.
    """
    reporter, device, folder = StageReporter(progress, on_event), best_device(), Path(folder)
    model = optimizations.with_optimizations(registry.read(folder, name).at(spec.quality), device)
    check_spec(spec, model)
    inputs.check(spec)
    with _while_there(folder, model.name):
        weights.check(ModelFolder(folder, model.name))
        spec = prompts.measured(_complete(spec, folder), folder, model)
        torch.set_num_threads(machine.THREADS)
        plan = RenderPlan(spec, model, folder, Path(workdir), State(state), device)
        made = _attempt(plan, Path(out), reporter, progress.check)
        if isinstance(made, Shortage):
            return _retry_saving_memory(plan, Path(out), reporter, progress.check)
        return made


@contextmanager
def _while_there(folder: Path, name: str) -> Iterator[None]:
    """Whatever file is missed because the whole folder was removed meanwhile is ModelFolderNotFound."""
    try:
        yield
    except (OSError, errors.ModelBroken) as lost:
        if (folder / INDEX).is_file():
            raise
        raise errors.ModelFolderNotFound(model=name) from lost


def _complete(spec: GenerationSpec, folder: Path) -> GenerationSpec:
    """With a seed, and with its prompts parsed unless that was done where it was accepted."""
    seeded = replace(spec, seed=spec.seed or 0)
    return seeded if seeded.understood else prompts.parsed(seeded, folder)


def _retry_saving_memory(plan: RenderPlan, out: Path, on_event: OnEvent, check: Check) -> Capsule:
    _free_memory()
    plan = replace(plan, model=optimizations.memory_saving(plan.model, plan.device))
    on_event(Event("memory_saving", {"optimizations": dict(plan.model.optimizations)}))
    made = _attempt(plan, out, on_event, check)
    if isinstance(made, Shortage):
        _free_memory()
        raise _out_of_memory(plan, made)
    return made


@dataclass(frozen=True)
class Shortage:
    """Memory ran out, when `asked` bytes more were asked for; 0 where that was not said."""

    asked: int


def _attempt(plan: RenderPlan, out: Path, on_event: OnEvent, check: Check) -> Capsule | Shortage:
    """The clip made, or where memory ran out: the exception, whose traceback would keep tensors alive, is
    gone when this returns."""
    try:
        return _run(plan, out, plan.progress(on_event, check))
    except Exception as error:
        if not machine.is_out_of_memory(error):
            raise
        return Shortage(machine.asked_for(error))


def _free_memory() -> None:
    MODEL_CACHE.clear()
    machine.trim_memory()


def _out_of_memory(plan: RenderPlan, short: Shortage) -> Exception:
    used, most = machine.memory(plan.device)
    needed = round(used + short.asked / 2**30, 1)
    size = "×".join(map(str, plan.native_size))
    frames = max(segment.frames for segment in plan.segments)
    return errors.OutOfMemory(
        model=plan.model.name, size=size, frames=frames, needed=needed, used=used, most=most
    )


def _run(plan: RenderPlan, out: Path, progress: RunProgress) -> Capsule:
    model = plan.model
    if plan.spec.understood:
        parsed = plan.spec.understood.as_dict()
        progress.emit("understood", **parsed, detail=summary.summarize(parsed, "en"))
    if any(scene.cut for scene in plan.spec.every_scene):
        cuts = [{"at": scene.at, "cut": scene.cut} for scene in plan.spec.every_scene if scene.cut]
        progress.emit("prompt_cut", scenes=cuts)
    progress.emit("loading", model=model.name, warm=MODEL_CACHE.has(plan.version, plan.device, model))
    progress.check()
    with MODEL_CACHE.borrow(plan.folder, model, plan.device, plan.version) as adapter:
        progress.check()
        capsule = _make(plan, adapter, out, progress)
    progress.emit("done", capsule=capsule.as_dict())
    return capsule


def _make(plan: RenderPlan, adapter: ModelAdapter, out: Path, progress: RunProgress) -> Capsule:
    store = plan.store()
    sampler = plan.sampler(adapter, store, progress)
    progress.emit("plan", **plan.totals())
    _ = plan.upscaler  # refuses before anything is sampled
    with plan.encoder_thread(store, progress) as encoder:
        sampler.sample(encoder)
        encoder.wait()
    frames = join(store.parts(), out, fps=plan.spec.fps, sound=plan.audio_track(store))
    return plan.capsule(out, frames, progress)
