"""Wan 2.1 and 2.2: from text, from a first (and last) frame, from a clean beginning of several frames."""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import WanImageToVideoPipeline, WanPipeline
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify
from PIL import Image

from generation.runner.families.adapter import SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter, pictures
from generation.runner.families.prompt_cache import Read
from generation.runner.frames.canvas import Frame

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


class Wan(DiffusersAdapter):
    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        # the VAE's own frame loop as a generator: same bits, memory of one latent frame
        vae = self._pipe.vae
        if self._decodes_whole:
            yield from super().decode(latents)
            return
        raw = vae.post_quant_conv(self._unscaled(latents))
        vae.clear_cache()
        try:
            for index in range(raw.shape[2]):
                yield _pictures(vae, self._decode_one(raw, index))
        finally:
            vae.clear_cache()

    def _decode_one(self, raw: torch.Tensor, index: int) -> torch.Tensor:
        vae = self._pipe.vae
        vae._conv_idx = [0]
        first = {"first_chunk": True} if index == 0 else {}
        return vae.decoder(
            raw[:, :, index : index + 1], feat_cache=vae._feat_map, feat_idx=vae._conv_idx, **first
        )

    def _pipeline(self, shot: SegmentRequest) -> Any:
        """Text alone goes to the folder's own pipeline; a beginning to image to video over the same parts."""
        config = self._pipe.config
        if shot.lead is None or not config.expand_timesteps:
            return self._pipe
        settings = {name: config[name] for name in ("boundary_ratio", "expand_timesteps")}
        return self._over(LeadWan, self._pipe.components, **settings)

    def _read(self, shot: SegmentRequest) -> Read:
        # text to video's own reading for all: image to video's insists on another package
        reader: Any = WanPipeline(**{name: self._pipe.components[name] for name in READING})
        found = reader.encode_prompt(
            shot.prompt,
            shot.negative_prompt,
            max_sequence_length=self._text_length(LONGEST_TEXT),
            device=self.device,
        )
        return dict(zip(("prompt_embeds", "negative_prompt_embeds"), found, strict=True))

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        return super()._asked(shot) | self._beginning(shot)

    def _beginning(self, shot: SegmentRequest) -> dict[str, Any]:
        if shot.lead is None:
            return {}
        if self._pipe.config.expand_timesteps:
            return {"image": torch.from_numpy(shot.lead).permute(0, 3, 1, 2).float() / 255}
        last = {} if shot.last is None else {"last_image": Image.fromarray(shot.last)}
        return {"image": Image.fromarray(shot.lead[-1]), **last}

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return scaled(self._pipe.vae, raw)

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        return unscaled(self._pipe.vae, latents.to(self.device, self._pipe.vae.dtype))


def encoded(vae: Any, pixels: torch.Tensor) -> torch.Tensor:
    """The likeliest scaled latents (1, z, t, h, w) of `pixels` (1, 3, frames, height, width) in −1..1."""
    return scaled(vae, vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mode())


def scaled(vae: Any, raw: torch.Tensor) -> torch.Tensor:
    """Latents as the transformer has them, of the VAE's `raw` ones."""
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
    patched = vae.config.patch_size is not None
    return pictures(unpatchify(decoded, patch_size=vae.config.patch_size) if patched else decoded)
