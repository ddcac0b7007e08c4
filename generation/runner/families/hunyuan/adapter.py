"""HunyuanVideo: from text, or (other weights) from a first frame."""

import hashlib
from collections.abc import Hashable, Iterator
from itertools import islice
from typing import Any

import torch
from PIL import Image

from generation.runner.families.adapter import Sampled, SegmentRequest
from generation.runner.families.diffusers_adapter import DiffusersAdapter
from generation.runner.families.prompt_cache import Read
from generation.runner.frames.canvas import Frame

LONGEST_TEXT = 256  # tokens
NAMES = ("prompt_embeds", "pooled_prompt_embeds", "prompt_attention_mask")
HEAD = 4  # frames that the picture's own latents decode to, where those are put in front and cut off again


class Hunyuan(DiffusersAdapter):
    """Distilled weights take the guidance as an input; others are guided as usual, with a negative prompt."""

    @property
    def _concatenates(self) -> bool:
        return self._pipe.transformer.config.image_condition_type == "latent_concat"

    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        whole = (frame for frames in super().decode(latents) for frame in frames)
        yield list(islice(whole, HEAD if self._concatenates else 0, None))

    def _read(self, shot: SegmentRequest) -> Read:
        read = self._reading(shot, shot.prompt)
        if self._pipe.transformer.config.guidance_embeds:
            return read
        negative = self._reading(shot, shot.negative_prompt)
        return read | {f"negative_{name}": value for name, value in negative.items()}

    def _reading(self, shot: SegmentRequest, words: str) -> Read:
        picture = {} if shot.lead is None else {"image": Image.fromarray(shot.lead[-1])}
        found = self._pipe.encode_prompt(
            prompt=words, max_sequence_length=LONGEST_TEXT, device=self.device, **picture, **self._interleave
        )
        return dict(zip(NAMES, found, strict=True))

    @property
    def _interleave(self) -> dict[str, int]:
        """How sparsely the picture is read, as the pipeline would by itself."""
        kind = self._pipe.transformer.config.image_condition_type
        return {"image_embed_interleave": 2 if kind == "latent_concat" else 4} if kind else {}

    def _words(self, shot: SegmentRequest) -> Hashable:
        picture = None if shot.lead is None else hashlib.sha256(shot.lead[-1].tobytes()).digest()
        return super()._words(shot), picture

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        asked = super()._asked(shot)
        if shot.lead is not None:
            asked |= {"image": Image.fromarray(shot.lead[-1])}
        if not self._pipe.transformer.config.guidance_embeds:
            asked |= {"true_cfg_scale": shot.guidance, "guidance_scale": 1.0}
        if self._concatenates:
            asked |= {"num_frames": shot.frames + HEAD}
        return asked

    def _sampled(self, shot: SegmentRequest, made: Any, answers: list[torch.Tensor]) -> Sampled:
        # what the pipeline gives back lacks the picture's latents, without which the rest decodes otherwise
        return Sampled((answers[0] if self._concatenates else made.frames).float())

    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        return raw * self._pipe.vae.config.scaling_factor

    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        vae = self._pipe.vae
        return latents.to(self.device, vae.dtype) / vae.config.scaling_factor
