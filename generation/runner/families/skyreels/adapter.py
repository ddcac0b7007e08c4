"""SkyReels-V2 with diffusion forcing: every latent frame has its own noise level, so some may be clean."""

from typing import Any

import torch
from diffusers import SkyReelsV2DiffusionForcingPipeline

from generation.runner.families.adapter import SegmentRequest
from generation.runner.families.sampling import SchedulerStep
from generation.runner.families.wan.adapter import Wan, encoded


class LeadSkyReels(SkyReelsV2DiffusionForcingPipeline):
    """Begins with the clean latents `prefix` (1, z, frames, height, width), as its own long videos do."""

    prefix: torch.Tensor

    def prepare_latents(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        noise, count, _, _ = super().prepare_latents(*args, **kwargs)  # type: ignore[misc]
        return noise, count, self.prefix.to(noise.device, noise.dtype), self.prefix.shape[2]


class SkyReels(Wan):
    """The VAE and the reading are Wan's."""

    runs_on = SkyReelsV2DiffusionForcingPipeline

    def _pipeline(self, shot: SegmentRequest) -> Any:
        if shot.lead is None:
            return self._pipe
        pipe = self._over(LeadSkyReels, self._pipe.components)
        pipe.prefix = self._encoded(shot)
        return pipe

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        own = {"prompt": None, "base_num_frames": shot.frames, "fps": round(self.model.fps)}
        return super()._asked(shot) | own

    def _beginning(self, shot: SegmentRequest) -> dict[str, Any]:
        return {}  # the pipeline has it

    def _shown(self, shot: SegmentRequest, turns: list[SchedulerStep]) -> torch.Tensor:
        # a scheduler for each latent frame that is not given
        return torch.stack([turn.clean()[0] for turn in turns], dim=1)

    @torch.no_grad()
    def _encoded(self, shot: SegmentRequest) -> torch.Tensor:
        assert shot.lead is not None
        pixels = torch.from_numpy(shot.lead).permute(3, 0, 1, 2)[None] / 127.5 - 1
        return encoded(self._pipe.vae, pixels)
