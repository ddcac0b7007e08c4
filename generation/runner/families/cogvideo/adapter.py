"""CogVideoX 1.0 and 1.5: from text, or (other weights) from a first frame."""

from collections.abc import Iterator
from typing import Any

import torch
from PIL import Image

from generation.runner.families.adapter import SampledLatents, SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter, to_frames
from generation.runner.families.prompt_cache import PromptEmbeddings
from generation.runner.families.sampling import SchedulerStep
from generation.runner.frames.canvas import Frame


class CogVideo(DiffusersAdapter):
    """Its latents are laid out as (1, frames, z, height, width)."""

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        # the VAE's own loop over pairs of latent frames as a generator: same bits, memory of one pair
        vae, raw, cache = self._pipe.vae, self._unscaled(latents), None
        if self._decodes_whole:
            yield from super().decode(latents)
            return
        for start, end in _batches(raw.shape[2], vae.num_latent_frames_batch_size):
            decoded, cache = vae.decoder(raw[:, :, start:end], conv_cache=cache)
            yield to_frames(decoded)

    def _encode_prompt(self, request: SegmentRequest) -> PromptEmbeddings:
        tensors = self._pipe.encode_prompt(
            request.prompt,
            request.negative_prompt,
            max_sequence_length=self.model.text_length,
            device=self.device,
        )
        return dict(zip(("prompt_embeds", "negative_prompt_embeds"), tensors, strict=True))

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        start = request.start_frame
        image = {} if start is None else {"image": Image.fromarray(start)}
        return super()._arguments(request) | image

    def _sampled_latents(
        self, request: SegmentRequest, result: Any, outputs: list[torch.Tensor]
    ) -> SampledLatents:
        # 1.5 pads the latent frames to whole patches, in front
        padded = result.frames.shape[1] - 1 - (request.frames - 1) // self._pipe.vae_scale_factor_temporal
        return SampledLatents(result.frames[:, padded:].transpose(1, 2).float())

    def _clean_latents(self, request: SegmentRequest, newest: list[SchedulerStep]) -> torch.Tensor:
        return newest[0].clean_sample()[0].transpose(0, 1)

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return raw * self._pipe.vae.config.scaling_factor

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        vae = self._pipe.vae
        return 1 / vae.config.scaling_factor * latents.to(self.device, vae.dtype)


def _batches(frames: int, size: int) -> Iterator[tuple[int, int]]:
    """Where the VAE cuts: in batches of `size`, the first with what is left over."""
    first = size + frames % size if frames > size else frames
    yield 0, first
    yield from ((start, start + size) for start in range(first, frames, size))
