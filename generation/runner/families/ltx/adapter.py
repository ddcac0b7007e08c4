"""LTX-Video: one set of weights for text, for frames anywhere in the clip and for going on."""

from collections.abc import Iterator
from math import exp
from typing import Any

import numpy as np
import torch
from diffusers import LTXConditionPipeline
from diffusers.pipelines.ltx.pipeline_ltx import calculate_shift
from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition
from numpy.typing import NDArray
from PIL import Image

from generation.runner.families.adapter import SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter, noise_source, to_frames
from generation.runner.families.prompt_cache import PromptEmbeddings
from generation.runner.families.sampling import SchedulerStep
from generation.runner.frames.canvas import Frame

NAMES = (
    "prompt_embeds",
    "prompt_attention_mask",
    "negative_prompt_embeds",
    "negative_prompt_attention_mask",
)
DECODE_TIMESTEP, DECODE_NOISE = 0.05, 0.025  # what VAEs that denoise while they decode were made for


class PackedLatentsAdapter(DiffusersAdapter):
    """What LTX and LTX-2 share: latents packed as tokens (1, n, z), and frames given at any place."""

    def _encode_prompt(self, request: SegmentRequest) -> PromptEmbeddings:
        tensors = self._pipe.encode_prompt(
            request.prompt,
            request.negative_prompt,
            max_sequence_length=self.model.text_length,
            device=self.device,
        )
        return dict(zip(NAMES, tensors, strict=True))

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        conditions = [self._condition(request, number, frames) for number, frames in _conditions(request)]
        return super()._arguments(request) | {"conditions": conditions or None, "frame_rate": self.model.fps}

    def _condition(self, request: SegmentRequest, number: int, frames: NDArray[np.uint8]) -> Any:
        """The condition of the pipeline's own type that `frames` are the clip's from the `number`th on."""
        raise NotImplementedError

    def _clean_latents(self, request: SegmentRequest, newest: list[SchedulerStep]) -> torch.Tensor:
        return self._unpacked(request, newest[0].clean_sample())

    def _unpacked(self, request: SegmentRequest, tokens: torch.Tensor) -> torch.Tensor:
        """(z, frames, height, width) of `tokens` (1, n, z), without those that are conditions."""
        z, *grid = self._grid(request)
        return self._clip_tokens(tokens[0], grid[0] * grid[1] * grid[2]).T.reshape(z, *grid)

    def _clip_tokens(self, tokens: torch.Tensor, count: int) -> torch.Tensor:
        """The `count` of `tokens` that are the clip itself; the others are conditions."""
        return tokens[-count:]

    def _grid(self, request: SegmentRequest) -> tuple[int, int, int, int]:
        """Channels, frames, height and width of the latents of `request`."""
        pipe, (width, height) = self._pipe, request.size
        return (
            pipe.transformer.config.in_channels,
            (request.frames - 1) // pipe.vae_temporal_compression_ratio + 1,
            height // pipe.vae_spatial_compression_ratio,
            width // pipe.vae_spatial_compression_ratio,
        )

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        vae, timestep = self._pipe.vae, None
        raw = self._unscaled(latents)
        if vae.config.timestep_conditioning:
            noise = torch.randn(raw.shape, generator=noise_source(0)).to(raw)
            raw = (1 - DECODE_NOISE) * raw + DECODE_NOISE * noise
            timestep = torch.tensor([DECODE_TIMESTEP], device=self.device, dtype=vae.dtype)
        yield to_frames(vae.decode(raw, timestep, return_dict=False)[0])

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return self._pipe._normalize_latents(raw, self._pipe.vae.latents_mean, self._pipe.vae.latents_std)

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        vae = self._pipe.vae
        moved = latents.to(self.device, vae.dtype)
        return self._pipe._denormalize_latents(
            moved, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
        )


class Ltx(PackedLatentsAdapter):
    """Folders of the older pipelines run on the one that takes conditions, over the same components."""

    pipeline_class = LTXConditionPipeline

    def _fresh_scheduler(self, own: Any) -> Any:
        scheduler = super()._fresh_scheduler(own)
        if scheduler.config.use_dynamic_shifting:  # `_timesteps` are shifted already
            scheduler.register_to_config(use_dynamic_shifting=False, shift_terminal=None)
        return scheduler

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        return super()._arguments(request) | {"timesteps": self._timesteps(request)}

    def _condition(self, request: SegmentRequest, number: int, frames: NDArray[np.uint8]) -> Any:
        return LTXVideoCondition(video=[Image.fromarray(frame) for frame in frames], frame_index=number)

    def _timesteps(self, request: SegmentRequest) -> Any:
        """None for the pipeline's own. For older weights, whose schedule depends on the size: shifted as
        FlowMatchEulerDiscreteScheduler does by itself where a pipeline gives it `mu`; this one does not."""
        config = self._schedulers["scheduler"].config
        if not config.use_dynamic_shifting:
            return None
        _, frames, height, width = self._grid(request)
        mu = calculate_shift(
            frames * height * width,
            config.base_image_seq_len, config.max_image_seq_len, config.base_shift, config.max_shift,
        )  # fmt: skip
        sigmas = np.linspace(1.0, 1 / request.steps, request.steps)
        shifted = exp(mu) / (exp(mu) + 1 / sigmas - 1)
        if config.shift_terminal:
            shifted = 1 - (1 - shifted) * (1 - config.shift_terminal) / (1 - shifted[-1])
        return shifted * config.num_train_timesteps


def _conditions(request: SegmentRequest) -> list[tuple[int, NDArray[np.uint8]]]:
    """What is given of the clip: the number of a native frame, and the frames from there on."""
    given = [] if request.conditioning_frames is None else [(0, request.conditioning_frames)]
    given += [(number, frame[None]) for number, frame in request.keyframes]
    return given + ([] if request.last_frame is None else [(request.frames - 1, request.last_frame[None])])
