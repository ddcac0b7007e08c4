"""LTX-2: picture and sound from one transformer, with frames given at any place."""

from typing import Any

import numpy as np
import torch
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2ConditionPipeline, LTX2VideoCondition
from numpy.typing import NDArray
from PIL import Image

from generation.runner.families.adapter import SampledLatents, SegmentRequest, Waveform
from generation.runner.families.ltx.adapter import PackedLatentsAdapter

# of distilled weights, which run without any kind of guidance, in picture and sound
UNGUIDED = {
    f"{kind}{name}": value
    for kind in ("", "audio_")
    for name, value in (("stg_scale", 0.0), ("modality_scale", 1.0), ("guidance_rescale", 0.0))
}
SKIPPED_BLOCK = {True: 28, False: 29}  # of 48, for spatio-temporal guidance: in 2.3, in 2.0


class Ltx2(PackedLatentsAdapter):
    """Folders of the other pipelines run on the one that takes conditions, over the same components."""

    pipeline_class = LTX2ConditionPipeline

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        newer = bool(self._pipe.transformer.config.cross_attn_mod)  # 2.3 and later
        guidance = {} if request.guidance > 1 else UNGUIDED | {"audio_guidance_scale": request.guidance}
        blocks = {"spatio_temporal_guidance_blocks": [SKIPPED_BLOCK[newer]], "use_cross_timestep": newer}
        return super()._arguments(request) | blocks | guidance

    def _condition(self, request: SegmentRequest, number: int, frames: NDArray[np.uint8]) -> Any:
        step = self._pipe.vae_temporal_compression_ratio
        # the latent frame that the native one lies in: the first of them holds one, the others `step`
        return LTX2VideoCondition(
            frames=[Image.fromarray(frame) for frame in frames], index=-(-number // step)
        )

    def _clip_tokens(self, tokens: torch.Tensor, count: int) -> torch.Tensor:
        return tokens[:count]

    def _sampled_latents(
        self, request: SegmentRequest, result: Any, outputs: list[torch.Tensor]
    ) -> SampledLatents:
        # the pipeline's result is unscaled; scaled back, the last bit would differ
        return SampledLatents(self._unpacked(request, outputs[0])[None].float(), result.audio.float())

    @torch.no_grad()
    def decode_audio(self, latents: SampledLatents) -> Waveform | None:
        pipe = self._pipe
        assert latents.audio is not None
        spectrogram = pipe.audio_vae.decode(
            latents.audio.to(self.device, pipe.audio_vae.dtype), return_dict=False
        )[0]
        samples = pipe.vocoder(spectrogram.to(pipe.vocoder.dtype))[0].float().cpu().numpy()
        return Waveform(samples, pipe.vocoder.config.output_sampling_rate)
