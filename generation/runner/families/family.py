"""What every family adapter does: sample a segment, decode it frame by frame, encode a picture."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generation.runner.canvas import Frame
from generation.runner.cards.card import Card

Clean = Callable[[], torch.Tensor]  # the clean latents as the model sees them now: (z, frames, height, width)
OnStep = Callable[[int, Clean], None]  # steps done; raising ends the sampling, and nothing is decoded


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One segment as a pipeline is asked for it, at native size.

    `lead`: uint8 (n, height, width, 3), the clean frames it begins with; `last`: the picture it ends on.
    """

    prompt: str
    negative_prompt: str
    size: tuple[int, int]
    frames: int
    steps: int
    guidance: float
    seed: int
    lead: NDArray[np.uint8] | None = None
    last: Frame | None = None


class Family(ABC):
    """A loaded model. Not for two threads at once."""

    def __init__(self, folder: Path, card: Card, device: str) -> None:
        self.card, self.device = card, device

    @abstractmethod
    def sample(self, shot: Shot, on_step: OnStep) -> torch.Tensor:
        """Clean, scaled latents of `shot`: float32 (1, z, latent frames, height, width)."""

    @abstractmethod
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        """The native frames of `latents`, as many at a time as one latent frame holds."""

    @abstractmethod
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        """Clean latents (z, latent frames, height, width) of uint8 `frames` (n, height, width, 3)."""


def precision(device: str) -> Any:
    """What to compute in: fp32 on a CPU (fp16 there is slow and wrong), else bf16 with an exact VAE."""
    return torch.float32 if device == "cpu" else {"default": torch.bfloat16, "vae": torch.float32}


def noise_source(seed: int) -> torch.Generator:
    """On the CPU whatever the device is: a seed means the same noise everywhere."""
    return torch.Generator("cpu").manual_seed(seed)


def fresh_scheduler(pipe: Any, shift: float | None) -> Any:
    """A scheduler that no earlier, perhaps broken off, run has touched."""
    config = dict(pipe.scheduler.config)
    if shift is not None:
        config |= {name: shift for name in ("shift", "flow_shift") if name in config}
    return type(pipe.scheduler).from_config(config)


def watched(scheduler: Any, on_step: OnStep) -> Callable[..., dict[str, Any]]:
    """A `callback_on_step_end` for `on_step`; for flow matching the clean latents are x − σ·v."""
    take, seen = scheduler.step, {}

    @wraps(take)
    def step(output: torch.Tensor, timestep: Any, sample: torch.Tensor, *more: Any, **named: Any) -> Any:
        sigma = scheduler.sigmas[scheduler.step_index or 0]
        seen["clean"] = lambda: (sample.float() - sigma.to(sample.device) * output.float())[0]
        return take(output, timestep, sample, *more, **named)

    def told(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        on_step(index + 1, seen["clean"])
        return tensors

    scheduler.step = step
    return told
