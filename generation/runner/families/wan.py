"""Wan 2.1 and 2.2: from text, from a first (and last) frame, from a clean beginning of several frames."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import WanImageToVideoPipeline, WanPipeline
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify
from numpy.typing import NDArray
from PIL import Image

from generation.runner.canvas import Frame
from generation.runner.cards.card import Card
from generation.runner.families.family import Family, Sampled, Shot

LONGEST_TEXT = 512  # tokens; what Wan was trained with
READING = ("tokenizer", "text_encoder", "vae", "scheduler")  # what it takes to read a prompt


class LeadWan(WanImageToVideoPipeline):
    """Image to video, with the mask of clean latents widened from the first frame to all that are given."""

    vae: Any

    def prepare_latents(
        self, image: torch.Tensor, batch: int, channels: int, height: int, width: int, frames: int,
        dtype: torch.dtype, device: Any, generator: Any = None, latents: Any = None, last: Any = None,
    ) -> tuple[torch.Tensor, ...]:  # fmt: skip
        """`image`: (frames, 3, height, width) in −1..1; the batch of the parent's is the lead's time here."""
        noise, condition, mask = super().prepare_latents(  # type: ignore[misc]
            image[:1], batch, channels, height, width, frames, dtype, device, generator, latents
        )
        if len(image) > 1:
            clean = encoded(self.vae, image.transpose(0, 1)[None]).to(device, dtype)
            mask[:, :, : clean.shape[2]] = 0
            condition = torch.zeros_like(noise)
            condition[:, :, : clean.shape[2]] = clean
        return noise, condition, mask


class Wan(Family):
    def __init__(self, folder: Path, card: Card, device: str) -> None:
        super().__init__(folder, card, device)
        longest = self._pipe.tokenizer.model_max_length
        self._text_length = card.text_length or min(LONGEST_TEXT, longest)
        self._embeds: dict[tuple[str, str], dict[str, torch.Tensor]] = {}

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        # the VAE's own frame loop as a generator: same bits, memory of one latent frame
        vae = self._pipe.vae
        raw = vae.post_quant_conv(unscaled(vae, latents.to(self.device, vae.dtype)))
        vae.clear_cache()
        try:
            for index in range(raw.shape[2]):
                yield _pictures(vae, self._decode_one(raw, index))
        finally:
            vae.clear_cache()

    @torch.no_grad()
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        pixels = torch.from_numpy(frames).permute(3, 0, 1, 2)[None].to(self.device) / 127.5 - 1
        return encoded(self._pipe.vae, pixels)[0].float()

    def _decode_one(self, raw: torch.Tensor, index: int) -> torch.Tensor:
        vae = self._pipe.vae
        vae._conv_idx = [0]
        first = {"first_chunk": True} if index == 0 else {}
        return vae.decoder(
            raw[:, :, index : index + 1], feat_cache=vae._feat_map, feat_idx=vae._conv_idx, **first
        )

    def _pipeline(self, shot: Shot) -> Any:
        """Text alone goes to the folder's own pipeline; a beginning to image to video over the same parts."""
        config = self._pipe.config
        if shot.lead is None or not config.expand_timesteps:
            return self._pipe
        pipe: Any = LeadWan(
            **self._pipe.components,
            boundary_ratio=config.boundary_ratio,
            expand_timesteps=config.expand_timesteps,
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _call(self, pipe: Any, shot: Shot, **watched: Any) -> Sampled:
        made = pipe(
            **self._text(shot),
            width=shot.size[0],
            height=shot.size[1],
            num_frames=shot.frames,
            num_inference_steps=shot.steps,
            guidance_scale=shot.guidance,
            output_type="latent",
            **self._beginning(pipe, shot),
            **watched,
        )
        return Sampled(made.frames.float())

    @torch.no_grad()
    def _text(self, shot: Shot) -> dict[str, torch.Tensor]:
        """Embeddings of both prompts, kept for the chain's next segment."""
        words = shot.prompt, shot.negative_prompt
        if words not in self._embeds:
            # the text-to-video pipeline's own reading for all: image to video's insists on another package
            reader: Any = WanPipeline(**{name: self._pipe.components[name] for name in READING})
            found = reader.encode_prompt(*words, max_sequence_length=self._text_length, device=self.device)
            self._embeds = {words: dict(zip(("prompt_embeds", "negative_prompt_embeds"), found, strict=True))}
        return self._embeds[words]

    def _beginning(self, pipe: Any, shot: Shot) -> dict[str, Any]:
        if shot.lead is None:
            return {}
        if isinstance(pipe, LeadWan):
            return {"image": torch.from_numpy(shot.lead).permute(0, 3, 1, 2).float() / 255}
        last = {} if shot.last is None else {"last_image": Image.fromarray(shot.last)}
        return {"image": Image.fromarray(shot.lead[-1]), **last}


def encoded(vae: Any, pixels: torch.Tensor) -> torch.Tensor:
    """The likeliest scaled latents (1, z, t, h, w) of `pixels` (1, 3, frames, height, width) in −1..1."""
    raw = vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mode()
    mean, std = _statistics(vae, raw)
    return (raw - mean) * (1.0 / std)


def unscaled(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Latents as the VAE has them, of `latents` as the transformer has them."""
    mean, std = _statistics(vae, latents)
    # as the pipeline writes it (divide by the inverse): the last bit depends on it
    return latents / (1.0 / std) + mean


def _statistics(vae: Any, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    shape = (1, vae.config.z_dim, 1, 1, 1)
    mean, std = (
        torch.tensor(numbers).view(shape) for numbers in (vae.config.latents_mean, vae.config.latents_std)
    )
    return mean.to(like.device, like.dtype), std.to(like.device, like.dtype)


def _pictures(vae: Any, decoded: torch.Tensor) -> list[Frame]:
    if vae.config.patch_size is not None:
        decoded = unpatchify(decoded, patch_size=vae.config.patch_size)
    whole = (decoded.float().clamp(-1, 1) + 1) * 127.5
    return list(whole.round().byte()[0].permute(1, 2, 3, 0).cpu().numpy())
