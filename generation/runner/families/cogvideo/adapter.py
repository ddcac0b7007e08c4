"""CogVideoX 1.0 and 1.5: from text, or (other weights) from a first frame."""

from collections.abc import Iterator
from typing import Any

import torch
from PIL import Image

from generation.runner.families.adapter import Sampled, SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter, pictures
from generation.runner.families.prompt_cache import Read
from generation.runner.families.sampling import SchedulerStep
from generation.runner.frames.canvas import Frame

LONGEST_TEXT = 226  # tokens


class CogVideo(DiffusersAdapter):
    """Its latents lie as (1, frames, z, height, width)."""

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        # the VAE's own loop over pairs of latent frames as a generator: same bits, memory of one pair
        vae, raw, cache = self._pipe.vae, self._unscaled(latents), None
        if self._decodes_whole:
            yield from super().decode(latents)
            return
        for start, end in _batches(raw.shape[2], vae.num_latent_frames_batch_size):
            decoded, cache = vae.decoder(raw[:, :, start:end], conv_cache=cache)
            yield pictures(decoded)

    def _read(self, shot: SegmentRequest) -> Read:
        found = self._pipe.encode_prompt(
            shot.prompt,
            shot.negative_prompt,
            max_sequence_length=self._text_length(LONGEST_TEXT),
            device=self.device,
        )
        return dict(zip(("prompt_embeds", "negative_prompt_embeds"), found, strict=True))

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        image = {} if shot.lead is None else {"image": Image.fromarray(shot.lead[-1])}
        return super()._asked(shot) | image

    def _sampled(self, shot: SegmentRequest, made: Any, answers: list[torch.Tensor]) -> Sampled:
        # 1.5 pads the latent frames to whole patches, in front
        padded = made.frames.shape[1] - 1 - (shot.frames - 1) // self._pipe.vae_scale_factor_temporal
        return Sampled(made.frames[:, padded:].transpose(1, 2).float())

    def _shown(self, shot: SegmentRequest, turns: list[SchedulerStep]) -> torch.Tensor:
        return turns[0].clean()[0].transpose(0, 1)

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
