"""HunyuanVideo: from text, or (other weights) from a first frame."""

import hashlib
from collections.abc import Hashable, Iterator
from itertools import islice
from typing import Any

import torch
from PIL import Image

from generation.runner.families.adapter import SampledLatents, SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter
from generation.runner.families.prompt_cache import PromptEmbeddings
from generation.runner.frames.canvas import Frame

NAMES = ("prompt_embeds", "pooled_prompt_embeds", "prompt_attention_mask")
PICTURE_FRAMES = 4  # that the picture's own latents decode to, where those are put in front and cut off again


class Hunyuan(DiffusersAdapter):
    """Distilled weights take the guidance as an input; others are guided as usual, with a negative prompt."""

    @property
    def _concatenates(self) -> bool:
        """Whether the picture's latents are put in front of the clip's own."""
        return self._pipe.transformer.config.image_condition_type == "latent_concat"

    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        whole = (frame for frames in super().decode(latents) for frame in frames)
        yield list(islice(whole, PICTURE_FRAMES if self._concatenates else 0, None))

    def _encode_prompt(self, request: SegmentRequest) -> PromptEmbeddings:
        positive = self._encode(request.prompt, request)
        if self._pipe.transformer.config.guidance_embeds:
            return positive
        negative = self._encode(request.negative_prompt, request)
        return positive | {f"negative_{name}": value for name, value in negative.items()}

    def _encode(self, prompt: str, request: SegmentRequest) -> PromptEmbeddings:
        start = request.start_frame
        picture = {} if start is None else {"image": Image.fromarray(start)}
        tensors = self._pipe.encode_prompt(
            prompt=prompt,
            max_sequence_length=self.model.text_length,
            device=self.device,
            **picture,
            **self._interleave,
        )
        return dict(zip(NAMES, tensors, strict=True))

    @property
    def _interleave(self) -> dict[str, int]:
        """How sparsely the picture's embeddings are taken: what the pipeline would choose by itself."""
        kind = self._pipe.transformer.config.image_condition_type
        return {"image_embed_interleave": 2 if kind == "latent_concat" else 4} if kind else {}

    def _prompt_key(self, request: SegmentRequest) -> Hashable:
        start = request.start_frame  # the text encoder of image to video reads the picture too
        return super()._prompt_key(request), None if start is None else hashlib.sha256(
            start.tobytes()
        ).digest()

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        arguments = super()._arguments(request)
        if request.start_frame is not None:
            arguments |= {"image": Image.fromarray(request.start_frame)}
        if not self._pipe.transformer.config.guidance_embeds:
            arguments |= {"true_cfg_scale": request.guidance, "guidance_scale": 1.0}
        if self._concatenates:
            arguments |= {"num_frames": request.frames + PICTURE_FRAMES}
        return arguments

    def _sampled_latents(
        self, request: SegmentRequest, result: Any, outputs: list[torch.Tensor]
    ) -> SampledLatents:
        # the pipeline's result lacks the picture's latents, and without them the rest decodes to other pixels
        return SampledLatents((outputs[0] if self._concatenates else result.frames).float())

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return raw * self._pipe.vae.config.scaling_factor

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        vae = self._pipe.vae
        return latents.to(self.device, vae.dtype) / vae.config.scaling_factor
