"""LTX-2: picture and sound from one transformer, with frames given at any place."""

from typing import Any

import numpy as np
import torch
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2ConditionPipeline, LTX2VideoCondition
from numpy.typing import NDArray
from PIL import Image

from generation.runner.families.adapter import Sampled, SegmentRequest, Waveform
from generation.runner.families.ltx.adapter import Packed

# distilled weights are not guided, by nothing and in neither of the two
UNGUIDED = {
    f"{kind}{name}": value
    for kind in ("", "audio_")
    for name, value in (("stg_scale", 0.0), ("modality_scale", 1.0), ("guidance_rescale", 0.0))
}
SKIPPED_BLOCK = {True: 28, False: 29}  # of 48, for spatio-temporal guidance: in 2.3, in 2.0


class Ltx2(Packed):
    longest_text = 1024
    runs_on = LTX2ConditionPipeline

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        newer = bool(self._pipe.transformer.config.cross_attn_mod)  # 2.3 and later
        how = {} if shot.guidance > 1 else UNGUIDED | {"audio_guidance_scale": shot.guidance}
        blocks = {"spatio_temporal_guidance_blocks": [SKIPPED_BLOCK[newer]], "use_cross_timestep": newer}
        return super()._asked(shot) | blocks | how

    def _condition(self, shot: SegmentRequest, number: int, frames: NDArray[np.uint8]) -> Any:
        step = self._pipe.vae_temporal_compression_ratio
        # the latent frame that the native one lies in: the first of them holds one, the others `step`
        return LTX2VideoCondition(
            frames=[Image.fromarray(frame) for frame in frames], index=-(-number // step)
        )

    def _own(self, tokens: torch.Tensor, count: int) -> torch.Tensor:
        return tokens[:count]

    def _sampled(self, shot: SegmentRequest, made: Any, answers: list[torch.Tensor]) -> Sampled:
        # what the pipeline gives back is no longer scaled: the last bit depends on it
        return Sampled(self._unpacked(shot, answers[0])[None].float(), made.audio.float())

    @torch.no_grad()
    def listen(self, sampled: Sampled) -> Waveform | None:
        pipe = self._pipe
        assert sampled.audio is not None
        spectrogram = pipe.audio_vae.decode(
            sampled.audio.to(self.device, pipe.audio_vae.dtype), return_dict=False
        )[0]
        samples = pipe.vocoder(spectrogram.to(pipe.vocoder.dtype))[0].float().cpu().numpy()
        return Waveform(samples, pipe.vocoder.config.output_sampling_rate)
