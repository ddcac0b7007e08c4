"""Wan 2.1 and 2.2: from text, from a first (and last) frame, from a clean beginning of several frames."""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import WanImageToVideoPipeline, WanPipeline
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify
from PIL import Image

from generation.runner.families.adapter import SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter, to_frames
from generation.runner.families.prompt_cache import PromptEmbeddings
from generation.runner.frames.canvas import Frame

PROMPT_ENCODING = ("tokenizer", "text_encoder", "vae", "scheduler")  # the components that it takes


class ConditionedWanPipeline(WanImageToVideoPipeline):
    """Image to video whose mask of clean latents covers all conditioning frames, not the first one only."""

    vae: Any

    def prepare_latents(
        self, image: torch.Tensor, batch: int, channels: int, height: int, width: int, frames: int,
        dtype: torch.dtype, device: Any, generator: Any = None, latents: Any = None, last: Any = None,
    ) -> tuple[torch.Tensor, ...]:  # fmt: skip
        """`image`: the conditioning frames (n, 3, height, width) in −1..1; the parent takes n for a batch."""
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
                yield _unpatched(vae, self._decode_one(raw, index))
        finally:
            vae.clear_cache()

    def _decode_one(self, raw: torch.Tensor, index: int) -> torch.Tensor:
        vae = self._pipe.vae
        vae._conv_idx = [0]
        first = {"first_chunk": True} if index == 0 else {}
        return vae.decoder(
            raw[:, :, index : index + 1], feat_cache=vae._feat_map, feat_idx=vae._conv_idx, **first
        )

    def _pipeline(self, request: SegmentRequest) -> Any:
        """The folder's own for text alone; for conditioning frames, image to video over the same parts."""
        config = self._pipe.config
        if request.conditioning_frames is None or not config.expand_timesteps:
            return self._pipe
        settings = {name: config[name] for name in ("boundary_ratio", "expand_timesteps")}
        return self._build(ConditionedWanPipeline, self._pipe.components, **settings)

    def _encode_prompt(self, request: SegmentRequest) -> PromptEmbeddings:
        # text to video's own encoding for all: image to video's insists on another package
        pipe: Any = WanPipeline(**{name: self._pipe.components[name] for name in PROMPT_ENCODING})
        tensors = pipe.encode_prompt(
            request.prompt,
            request.negative_prompt,
            max_sequence_length=self.model.text_length,
            device=self.device,
        )
        return dict(zip(("prompt_embeds", "negative_prompt_embeds"), tensors, strict=True))

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        return super()._arguments(request) | self._conditioning(request)

    def _conditioning(self, request: SegmentRequest) -> dict[str, Any]:
        """The arguments for what the clip begins from, and ends on."""
        if request.conditioning_frames is None:
            return {}
        if self._pipe.config.expand_timesteps:
            return {"image": torch.from_numpy(request.conditioning_frames).permute(0, 3, 1, 2).float() / 255}
        last = {} if request.last_frame is None else {"last_image": Image.fromarray(request.last_frame)}
        return {"image": Image.fromarray(request.conditioning_frames[-1]), **last}

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return scaled(self._pipe.vae, raw)

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        return unscaled(self._pipe.vae, latents.to(self.device, self._pipe.vae.dtype))


def encoded(vae: Any, pixels: torch.Tensor) -> torch.Tensor:
    """The mode of the scaled latents (1, z, t, h, w) of `pixels` (1, 3, frames, height, width) in −1..1."""
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


def _unpatched(vae: Any, decoded: torch.Tensor) -> list[Frame]:
    """The frames of `decoded`; the VAE of 2.2's 5B decodes to patches of pixels."""
    patched = vae.config.patch_size is not None
    return to_frames(unpatchify(decoded, patch_size=vae.config.patch_size) if patched else decoded)
