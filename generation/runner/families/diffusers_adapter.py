"""What is the same for every family of diffusers pipelines.

A family says how its pipeline is called and how its latents lie; watching, cancelling, going on, cleaning up
and keeping what was read are here.
"""

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from numpy.typing import NDArray

from generation.runner.families.adapter import ModelAdapter, Sampled, SegmentRequest
from generation.runner.families.optimizations import guided_until, pull, pulled
from generation.runner.families.prompt_cache import PromptCache, Read
from generation.runner.families.sampling import Checkpoint, OnStep, SchedulerStep, Watch
from generation.runner.frames.canvas import Frame
from generation.runner.model_spec import ModelSpec

DENOISERS = ("transformer", "transformer_2")
SCHEDULERS = ("scheduler", "audio_scheduler")


class DiffusersAdapter(ModelAdapter):
    """A family whose model is a diffusers pipeline.

    `runs_on`: the pipeline that does what the folder's own does and more, over the same parts.
    """

    runs_on: type | None = None

    def __init__(self, folder: Path, model: ModelSpec, device: str) -> None:
        self.model, self.device = model, device
        pipe: Any = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=precision(device))
        self._pipe = self._over(self.runs_on, pipe.components) if self.runs_on else pipe
        pull(self._pipe, denoisers(self._pipe), model, device)
        self._pipe.set_progress_bar_config(disable=True)
        parts = self._pipe.components
        self._schedulers = {name: parts[name] for name in SCHEDULERS if parts.get(name) is not None}
        self._texts = PromptCache()

    def sample(self, shot: SegmentRequest, on_step: OnStep, since: Checkpoint | None = None) -> Sampled:
        noise, pipe = noise_source(shot.seed), self._pipeline(shot)
        # a cache remembers more than latents and schedulers do
        keeps = "cache" not in self.model.optimizations
        watch = Watch(on_step, noise, partial(self._shown, shot), since, keeps)
        told = guided_until(self.model.optimizations, shot.steps, watch.told)
        for name, own in self._schedulers.items():
            setattr(pipe, name, watch.over(self._fresh_scheduler(own)))
        try:
            with watch.skipping(parts := denoisers(pipe)), pulled(parts, self.model, shot.steps):
                made = pipe(**self._asked(shot), generator=noise, callback_on_step_end=told)
            return self._sampled(shot, made, watch.answers)
        finally:
            # with a cache hook on, a job broken off would change the pixels of the next
            pipe.maybe_free_model_hooks()
            for name, own in self._schedulers.items():
                setattr(pipe, name, own)

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        yield pictures(self._pipe.vae.decode(self._unscaled(latents), return_dict=False)[0])

    @property
    def bytes(self) -> int:
        return sum(each.nbytes for part in self._networks for each in (*part.parameters(), *part.buffers()))

    def rest(self) -> bool:
        if "offload" in self.model.optimizations or self.device == "cpu":
            return False
        self._pipe.to("cpu")
        return True

    def wake(self) -> None:
        self._pipe.to(self.device)

    @property
    def _networks(self) -> list[torch.nn.Module]:
        return [part for part in self._pipe.components.values() if isinstance(part, torch.nn.Module)]

    @property
    def _decodes_whole(self) -> bool:
        """Whether the VAE must be asked in one go: in tiles, or where hooks bring it to the device."""
        vae = self._pipe.vae
        return vae.use_tiling or "offload" in self.model.optimizations

    @torch.no_grad()
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        vae = self._pipe.vae
        pixels = torch.from_numpy(frames).permute(3, 0, 1, 2)[None].to(self.device, vae.dtype) / 127.5 - 1
        return self._scaled(vae.encode(pixels).latent_dist.mode())[0].float()

    @abstractmethod
    def _read(self, shot: SegmentRequest) -> Read:
        """What the pipeline is given for the words of `shot`."""

    @abstractmethod
    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        """Latents as the transformer has them, of the VAE's `raw` ones."""

    @abstractmethod
    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents as the VAE has them, on its device, of `latents` as the transformer has them."""

    def _pipeline(self, shot: SegmentRequest) -> Any:
        """The pipeline to call for `shot`, over the parts that are loaded."""
        return self._pipe

    def _over(self, kind: type, parts: Mapping[str, Any], **settings: Any) -> Any:
        """A pipeline of `kind` over what of `parts` it takes."""
        taken = signature(kind.__init__).parameters  # type: ignore[misc]
        pipe = kind(**{name: part for name, part in parts.items() if name in taken}, **settings)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _fresh_scheduler(self, own: Any) -> Any:
        """One like `own`, that no earlier, perhaps broken off, run has touched."""
        return fresh_scheduler(own, self.model.shift)

    def _asked(self, shot: SegmentRequest) -> dict[str, Any]:
        """The arguments of the pipeline's call; families add their own."""
        with torch.no_grad():
            read = self._texts.of(self._words(shot), partial(self._read, shot))
        return read | {
            "width": shot.size[0],
            "height": shot.size[1],
            "num_frames": shot.frames,
            "num_inference_steps": shot.steps,
            "guidance_scale": shot.guidance,
            "output_type": "latent",
        }

    def _words(self, shot: SegmentRequest) -> Hashable:
        """Of shots for which this is the same the reading is the same."""
        return shot.prompt, shot.negative_prompt

    def _sampled(self, shot: SegmentRequest, made: Any, answers: list[torch.Tensor]) -> Sampled:
        """Of what the pipeline has `made`, and the last answer of each scheduler."""
        return Sampled(made.frames.float())

    def _shown(self, shot: SegmentRequest, turns: list[SchedulerStep]) -> torch.Tensor:
        """The clean latents (z, frames, height, width) of the newest step of each scheduler."""
        return turns[0].clean()[0]

    def _text_length(self, longest: int) -> int:
        """How many tokens of a prompt are read: what the model says, or `longest`."""
        return self.model.text_length or min(longest, self._pipe.tokenizer.model_max_length)


def pictures(decoded: torch.Tensor) -> list[Frame]:
    """Frames of `decoded` (1, 3, n, height, width) in −1..1."""
    whole = (decoded.float().clamp(-1, 1) + 1) * 127.5
    return list(whole.round().byte()[0].permute(1, 2, 3, 0).cpu().numpy())


def precision(device: str) -> Any:
    """What to compute in: fp32 on a CPU (fp16 there is slow and wrong), else bf16 with an exact VAE."""
    return torch.float32 if device == "cpu" else {"default": torch.bfloat16, "vae": torch.float32}


def noise_source(seed: int) -> torch.Generator:
    """On the CPU whatever the device is: a seed means the same noise everywhere."""
    return torch.Generator("cpu").manual_seed(seed)


def fresh_scheduler(scheduler: Any, shift: float | None) -> Any:
    """One like `scheduler` that no earlier, perhaps broken off, run has touched."""
    config = dict(scheduler.config)
    if shift is not None:
        config |= {name: shift for name in ("shift", "flow_shift") if name in config}
    return type(scheduler).from_config(config)


def denoisers(pipe: Any) -> list[torch.nn.Module]:
    """The networks of `pipe` that are run at every step."""
    return [part for name in DENOISERS if (part := pipe.components.get(name)) is not None]
