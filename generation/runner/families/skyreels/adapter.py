"""SkyReels-V2 with diffusion forcing: every latent frame has its own noise level, so some may be clean."""

from typing import Any

import torch
from diffusers import SkyReelsV2DiffusionForcingPipeline

from generation.runner.families.adapter import SegmentRequest
from generation.runner.families.sampling import SchedulerStep
from generation.runner.families.wan.adapter import Wan, encoded


class ConditionedSkyReelsPipeline(SkyReelsV2DiffusionForcingPipeline):
    """Begins with the clean latents `prefix` (1, z, frames, height, width).

    Its parent does the same between the parts of a long video."""

    prefix: torch.Tensor

    def prepare_latents(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        noise, count, _, _ = super().prepare_latents(*args, **kwargs)  # type: ignore[misc]
        return noise, count, self.prefix.to(noise.device, noise.dtype), self.prefix.shape[2]


class SkyReels(Wan):
    """The VAE and the text encoder are Wan's."""

    pipeline_class = SkyReelsV2DiffusionForcingPipeline

    def _pipeline(self, request: SegmentRequest) -> Any:
        if request.conditioning_frames is None:
            return self._pipe
        pipe = self._build(ConditionedSkyReelsPipeline, self._pipe.components)
        pipe.prefix = self._encoded(request)
        return pipe

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        more = {"prompt": None, "base_num_frames": request.frames, "fps": round(self.model.fps)}
        return super()._arguments(request) | more

    def _conditioning(self, request: SegmentRequest) -> dict[str, Any]:
        return {}  # `_pipeline` gives it to the pipeline as `prefix`

    def _clean_latents(self, request: SegmentRequest, newest: list[SchedulerStep]) -> torch.Tensor:
        # there is a scheduler for each latent frame that is not given
        return torch.stack([step.clean_sample()[0] for step in newest], dim=1)

    @torch.no_grad()
    def _encoded(self, request: SegmentRequest) -> torch.Tensor:
        assert request.conditioning_frames is not None
        pixels = torch.from_numpy(request.conditioning_frames).permute(3, 0, 1, 2)[None] / 127.5 - 1
        return encoded(self._pipe.vae, pixels)
