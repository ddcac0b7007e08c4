"""From a brief to a video file: load, sample, decode, deliver, encode, with events on the way."""

from pathlib import Path

import torch

from generation.runner import cards, machine, plan
from generation.runner.brief import Brief
from generation.runner.capsule import Capsule
from generation.runner.events import Check, OnEvent, ignore, never
from generation.runner.families.family import Family
from generation.runner.making import Making
from generation.runner.progress import Progress
from generation.runner.residency import WARM, best_device
from generation.runner.state import State
from generation.runner.understanding import telling
from library.media.join import join


def run(
    brief: Brief,
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
    anything is loaded, where the model cannot do what is asked.
    """
    card = cards.read(folder).at(brief.quality)
    plan.check(brief, card)
    torch.set_num_threads(machine.THREADS)
    making = Making(brief, card, Path(folder), Path(workdir), State(state), best_device())
    progress = making.progress(on_event, check)
    if making.understood:
        told = making.understood.as_dict()
        progress.tell("understood", **told, detail=telling.say(told, "en"))
    progress.tell("loading", model=card.name, warm=WARM.has(making.version, making.device))
    with WARM.held(making.folder, card, making.device, making.version) as family:
        capsule = _make(making, family, Path(out), progress)
    progress.tell("done", capsule=capsule.as_dict())
    return capsule


def _make(making: Making, family: Family, out: Path, progress: Progress) -> Capsule:
    store = making.store()
    shooting = making.shooting(family, store, progress)
    progress.tell("plan", **making.plan())
    with making.finishing(store, progress) as finishing:
        shooting.shoot(finishing)
        finishing.wait()
    frames = join(store.parts(), out, fps=making.brief.fps)
    return making.capsule(out, frames, progress)
