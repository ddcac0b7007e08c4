"""What every family adapter does: sample a segment, decode it frame by frame, encode pictures.

A family says how its pipeline is called and how its latents lie; the rest is the same for all.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from numpy.typing import NDArray

from generation.runner.canvas import Frame
from generation.runner.cards.card import Card
from generation.runner.families.stepping import Moment, OnStep, Turn, Watch

DENOISERS = ("transformer", "transformer_2")


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


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Clean, scaled latents. `video`: float32 (1, z, latent frames, height, width); `audio`: the sound's."""

    video: torch.Tensor
    audio: torch.Tensor | None = None


class Family(ABC):
    """A loaded model. Not for two threads at once."""

    def __init__(self, folder: Path, card: Card, device: str) -> None:
        self.card, self.device = card, device
        pipe: Any = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=precision(device))
        self._pipe = pipe.to(device)
        self._pipe.set_progress_bar_config(disable=True)
        self._scheduler = self._pipe.scheduler

    def sample(self, shot: Shot, on_step: OnStep, since: Moment | None = None) -> Sampled:
        """The latents of `shot`; `on_step` hears of each step and may raise. With `since`, a moment that an
        earlier sampling of the same shot kept, steps up to it are not made again: the bits are the same."""
        noise, pipe = noise_source(shot.seed), self._pipeline(shot)
        watch = Watch(on_step, noise, self._shown, since)
        pipe.scheduler = watch.over(fresh_scheduler(self._scheduler, self.card.shift))
        try:
            with watch.skipping(denoisers(pipe)):
                return self._call(pipe, shot, generator=noise, callback_on_step_end=watch.told)
        finally:
            # with a cache hook on, a job broken off would change the pixels of the next
            pipe.maybe_free_model_hooks()
            pipe.scheduler = self._scheduler

    @abstractmethod
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        """The native frames of video `latents`, in order, some at a time."""

    @abstractmethod
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        """Clean latents (z, latent frames, height, width) of uint8 `frames` (n, height, width, 3)."""

    @abstractmethod
    def _call(self, pipe: Any, shot: Shot, **watched: Any) -> Sampled:
        """Call `pipe` for `shot`; `watched` are arguments that every pipeline takes."""

    def _pipeline(self, shot: Shot) -> Any:
        """The pipeline to call for `shot`, over the parts that are loaded."""
        return self._pipe

    def _shown(self, turns: list[Turn]) -> torch.Tensor:
        """The clean latents (z, frames, height, width) of the newest step of each scheduler."""
        return turns[0].clean()[0]


def precision(device: str) -> Any:
    """What to compute in: fp32 on a CPU (fp16 there is slow and wrong), else bf16 with an exact VAE."""
    return torch.float32 if device == "cpu" else {"default": torch.bfloat16, "vae": torch.float32}


def noise_source(seed: int) -> torch.Generator:
    """On the CPU whatever the device is: a seed means the same noise everywhere."""
    return torch.Generator("cpu").manual_seed(seed)


def fresh_scheduler(scheduler: Any, shift: float | None) -> Any:
    """One like `scheduler` that no earlier, perhaps broken off, run has touched."""
    config = dict(scheduler.config)
    if shift is not None:
        config |= {name: shift for name in ("shift", "flow_shift") if name in config}
    return type(scheduler).from_config(config)


def denoisers(pipe: Any) -> list[torch.nn.Module]:
    """The networks of `pipe` that are run at every step."""
    return [part for name in DENOISERS if (part := pipe.components.get(name)) is not None]
