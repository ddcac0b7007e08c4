"""What the adapter of every family does: sample a segment, decode it frame by frame, encode frames."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from generation.runner.families.checkpoint import Checkpoint
from generation.runner.families.sampling import OnStep
from generation.runner.frames.canvas import Frame
from generation.runner.model_spec import ModelSpec


@dataclass(frozen=True, slots=True, eq=False)
class SegmentRequest:
    """One segment to sample, at native size.

    `size`: (width, height) in pixels. `frames`: how many native frames to sample. `conditioning_frames`:
    uint8 (n, height, width, 3), the clean frames that it begins with. `last_frame`: the picture it ends on.
    `keyframes`: pictures on the way, each with the number of its native frame.
    """

    prompt: str
    negative_prompt: str
    size: tuple[int, int]
    frames: int
    steps: int
    guidance: float
    seed: int
    conditioning_frames: NDArray[np.uint8] | None = None
    last_frame: Frame | None = None
    keyframes: tuple[tuple[int, Frame], ...] = ()

    @property
    def start_frame(self) -> Frame | None:
        """The one picture that an image-to-video pipeline begins from: the newest conditioning frame."""
        return None if self.conditioning_frames is None else self.conditioning_frames[-1]


@dataclass(frozen=True, slots=True, eq=False)
class SampledLatents:
    """Clean latents, scaled as the transformer has them, float32.

    `video`: (1, z, latent frames, height, width). `audio`: in the shape that the model's audio VAE decodes.
    """

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
    def sample(
        self, request: SegmentRequest, on_step: OnStep, resume_from: Checkpoint | None = None
    ) -> SampledLatents:
        """The latents of `request`; `on_step` is called after each step and may raise. With `resume_from`, a
        checkpoint of the same request, steps up to it are not made again: the bits are the same."""

    @abstractmethod
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        """The native frames of video `latents` (`SampledLatents.video`), in order, some at a time."""

    @abstractmethod
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        """Clean latents (z, latent frames, height, width) of uint8 `frames` (n, height, width, 3)."""

    @property
    def weight_bytes(self) -> int:
        """Size of all weights."""
        return 0

    def to_cpu(self) -> bool:
        """Move the weights from the device to RAM, if that can be done; whether it was."""
        return False

    def to_device(self) -> None:
        """Move the weights back to the device. Only called after `to_cpu` answered True."""
        raise NotImplementedError(f"{type(self).__name__} cannot be moved to RAM and back.")

    def decode_audio(self, latents: SampledLatents) -> Waveform | None:
        """The sound of `latents`, or None where the model makes none."""
        return None
