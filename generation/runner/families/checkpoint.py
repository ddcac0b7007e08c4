"""Checkpoints of a sampling: the state of its schedulers and its noise source, to resume it bit for bit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch

SAVED_TYPES = (torch.Tensor, int, float, str, bool, type(None))  # what of a scheduler's attributes is saved


@dataclass(frozen=True, slots=True)
class SchedulerState:
    """A scheduler after `steps` steps: the `output` of the last one, and its `attributes` after it."""

    steps: int
    output: tuple[torch.Tensor, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A sampling after `step` steps: all that it takes to resume with the same bits. On the CPU.

    `schedulers`: one state for each scheduler, in the order of their first steps. `noise`: the state of the
    noise source, a torch.Generator.
    """

    step: int
    schedulers: tuple[SchedulerState, ...]
    noise: torch.Tensor

    def save(self, file: Path | BinaryIO) -> None:
        """Tensors and plain values only: it can be read without running anything."""
        schedulers = [(each.steps, each.output, each.attributes) for each in self.schedulers]
        torch.save({"step": self.step, "schedulers": schedulers, "noise": self.noise}, file)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """What `save` has written at `path`."""
        saved = torch.load(path, weights_only=True, map_location="cpu")
        schedulers = tuple(SchedulerState(*each) for each in saved["schedulers"])
        return cls(saved["step"], schedulers, saved["noise"])


def capture(scheduler: Any, steps: int, output: tuple[torch.Tensor, ...]) -> SchedulerState:
    """The state of `scheduler` after `steps` steps, of which the last answered `output`."""
    attributes = {
        name: _copy_to_cpu(value)
        for name, value in vars(scheduler).items()
        if not name.startswith("_internal") and _can_be_saved(value)
    }
    return SchedulerState(steps, _copy_to_cpu(output), attributes)


def restore(scheduler: Any, state: SchedulerState, device: torch.device) -> None:
    """Put `scheduler` into `state`, its tensors on the devices where they were."""
    for name, value in state.attributes.items():
        now = getattr(scheduler, name, None)
        # some tables stay on the CPU while the latents are elsewhere
        setattr(scheduler, name, copy_to(value, now.device if isinstance(now, torch.Tensor) else device))


def copy_to(value: Any, device: torch.device) -> Any:
    """A copy of `value`, a tensor or a nest of lists and tuples of them, on `device`."""
    if isinstance(value, list | tuple):
        return type(value)(copy_to(each, device) for each in value)
    return value.to(device, copy=True) if isinstance(value, torch.Tensor) else value


def _copy_to_cpu(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_copy_to_cpu, value))
    return value.detach().to("cpu", copy=True) if isinstance(value, torch.Tensor) else value


def _can_be_saved(value: Any) -> bool:
    return (
        all(map(_can_be_saved, value)) if isinstance(value, list | tuple) else isinstance(value, SAVED_TYPES)
    )
