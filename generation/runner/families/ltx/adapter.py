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
from generation.runner.families.diffusers_adapter import DiffusersAdapter, noise_source, pictures
from generation.runner.families.prompt_cache import Read
from generation.runner.families.sampling import SchedulerStep
from generation.runner.frames.canvas import Frame

NAMES = (
    "prompt_embeds",
    "prompt_attention_mask",
    "negative_prompt_embeds",
    "negative_prompt_attention_mask",
)
DECODE_TIMESTEP, DECODE_NOISE = 0.05, 0.025  # what VAEs that denoise while they decode were made for
Given = list[tuple[int, NDArray[np.uint8]]]  # number of the native frame → (n, height, width, 3)


class Packed(DiffusersAdapter):
    """What LTX and LTX-2 share: latents as tokens, and frames given at any place."""

    longest_text: int  # tokens

    def _read(self, shot: SegmentRequest) -> Read:
        found = self._pipe.encode_prompt(
            shot.prompt,
            shot.negative_prompt,
            max_sequence_length=self._text_length(self.longest_text),
            device=self.device,
        )
        return dict(zip(NAMES, found, strict=True))

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        conditions = [self._condition(shot, number, frames) for number, frames in _given(shot)]
        return super()._asked(shot) | {"conditions": conditions or None, "frame_rate": self.model.fps}

    def _condition(self, shot: SegmentRequest, number: int, frames: NDArray[np.uint8]) -> Any:
        """The pipeline's own word for: `frames` from the `number`th on."""
        raise NotImplementedError

    def _shown(self, shot: SegmentRequest, turns: list[SchedulerStep]) -> torch.Tensor:
        return self._unpacked(shot, turns[0].clean())

    def _unpacked(self, shot: SegmentRequest, tokens: torch.Tensor) -> torch.Tensor:
        """(z, frames, height, width) of `tokens` (1, n, z), those of conditions elsewhere left out."""
        z, *grid = self._grid(shot)
        return self._own(tokens[0], grid[0] * grid[1] * grid[2]).T.reshape(z, *grid)

    def _own(self, tokens: torch.Tensor, count: int) -> torch.Tensor:
        """The `count` tokens that are the clip itself."""
        return tokens[-count:]

    def _grid(self, shot: SegmentRequest) -> tuple[int, int, int, int]:
        """Channels, frames, height and width of the latents of `shot`."""
        pipe, (width, height) = self._pipe, shot.size
        return (
            pipe.transformer.config.in_channels,
            (shot.frames - 1) // pipe.vae_temporal_compression_ratio + 1,
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
        yield pictures(vae.decode(raw, timestep, return_dict=False)[0])

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return self._pipe._normalize_latents(raw, self._pipe.vae.latents_mean, self._pipe.vae.latents_std)

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        vae = self._pipe.vae
        moved = latents.to(self.device, vae.dtype)
        return self._pipe._denormalize_latents(
            moved, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
        )


class Ltx(Packed):
    """Folders of the older pipelines run on the one that takes conditions, over the same parts."""

    longest_text = 256
    runs_on = LTXConditionPipeline

    def _fresh_scheduler(self, own: Any) -> Any:
        scheduler = super()._fresh_scheduler(own)
        if scheduler.config.use_dynamic_shifting:  # `_timesteps` are shifted already
            scheduler.register_to_config(use_dynamic_shifting=False, shift_terminal=None)
        return scheduler

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        return super()._asked(shot) | {"timesteps": self._timesteps(shot)}

    def _condition(self, shot: SegmentRequest, number: int, frames: NDArray[np.uint8]) -> Any:
        return LTXVideoCondition(video=[Image.fromarray(frame) for frame in frames], frame_index=number)

    def _timesteps(self, shot: SegmentRequest) -> Any:
        """The pipeline's own; for the older weights, whose schedule depends on the size, that one."""
        config = self._schedulers["scheduler"].config
        if not config.use_dynamic_shifting:
            return None
        _, frames, height, width = self._grid(shot)
        mu = calculate_shift(
            frames * height * width,
            config.base_image_seq_len, config.max_image_seq_len, config.base_shift, config.max_shift,
        )  # fmt: skip
        sigmas = np.linspace(1.0, 1 / shot.steps, shot.steps)
        shifted = exp(mu) / (exp(mu) + 1 / sigmas - 1)
        if config.shift_terminal:
            shifted = 1 - (1 - shifted) * (1 - config.shift_terminal) / (1 - shifted[-1])
        return shifted * config.num_train_timesteps


def _given(shot: SegmentRequest) -> Given:
    given: Given = [] if shot.lead is None else [(0, shot.lead)]
    given += [(number, frame[None]) for number, frame in shot.keyframes]
    return given + ([] if shot.last is None else [(shot.frames - 1, shot.last[None])])
