"""What every family does: sample a segment, decode it frame by frame, encode pictures."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from generation.runner.families.sampling import Checkpoint, OnStep
from generation.runner.frames.canvas import Frame
from generation.runner.model_spec import ModelSpec


@dataclass(frozen=True, slots=True, eq=False)
class SegmentRequest:
    """One segment as a pipeline is asked for it, at native size.

    `lead`: uint8 (n, height, width, 3), the clean frames it begins with; `last`: the picture it ends on;
    `keyframes`: pictures on the way, by the number of their native frame.
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
    keyframes: tuple[tuple[int, Frame], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Clean, scaled latents. `video`: float32 (1, z, latent frames, height, width); `audio`: the sound's."""

    video: torch.Tensor
    audio: torch.Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """Sound: float32 (channels, samples) in −1..1, `rate` samples a second."""

    samples: NDArray[np.float32]
    rate: int


class ModelAdapter(ABC):
    """A loaded model. Not for two threads at once."""

    model: ModelSpec
    device: str

    @abstractmethod
    def sample(self, shot: SegmentRequest, on_step: OnStep, since: Checkpoint | None = None) -> Sampled:
        """The latents of `shot`; `on_step` hears of each step and may raise. With `since`, a moment that an
        earlier sampling of the same shot kept, steps up to it are not made again: the bits are the same."""

    @abstractmethod
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        """The native frames of video `latents`, in order, some at a time."""

    @abstractmethod
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        """Clean latents (z, latent frames, height, width) of uint8 `frames` (n, height, width, 3)."""

    @property
    def bytes(self) -> int:
        """Of all weights."""
        return 0

    def rest(self) -> bool:
        """Out of the device's memory, into RAM, if it can be; whether it was."""
        return False

    def wake(self) -> None:
        """Back on the device."""
        raise NotImplementedError("A model that never rests is never woken.")

    def listen(self, sampled: Sampled) -> Waveform | None:
        """The sound of `sampled`, where the model makes one."""
        return None
