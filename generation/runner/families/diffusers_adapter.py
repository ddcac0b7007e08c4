"""What is the same for every family of diffusers pipelines.

A family's adapter says how its pipeline is called and how its latents are laid out; monitoring, cancelling,
resuming, cleaning up and the cache of encoded prompts are here.
"""

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray

from generation.runner.families import components, optimizations
from generation.runner.families.adapter import ModelAdapter, SampledLatents, SegmentRequest
from generation.runner.families.checkpoint import Checkpoint
from generation.runner.families.model_folder import INDEX, ModelFolder
from generation.runner.families.prompt_cache import PromptCache, PromptEmbeddings
from generation.runner.families.sampling import OnStep, SamplingMonitor, SchedulerStep
from generation.runner.frames.canvas import Frame
from generation.runner.model_spec import ModelSpec

DENOISERS = ("transformer", "transformer_2")
WORD = 2**32 - 1
MERSENNE_TWISTER = slice(24, 24 + 624 * 8)  # bytes of a generator's state: 624 words, each kept in 64 bits
SCHEDULERS = ("scheduler", "audio_scheduler")


class DiffusersAdapter(ModelAdapter):
    """A model that is a diffusers pipeline.

    `pipeline_class`: the one to run instead of the folder's own, over the same components, where it does all
    that the folder's does and more.
    """

    pipeline_class: type | None = None

    def __init__(self, folder: Path, model: ModelSpec, device: str) -> None:
        self.model, self.device = model, device
        opened = ModelFolder(folder, model.name)
        parts = components.load(opened, precision(device))
        with components.blaming(opened, INDEX):
            self._pipe = self._built(opened, parts)
        optimizations.apply(self._pipe, denoisers(self._pipe), model, device)
        self._pipe.set_progress_bar_config(disable=True)
        parts = self._pipe.components
        self._schedulers = {name: parts[name] for name in SCHEDULERS if parts.get(name) is not None}
        self._prompts = PromptCache()

    def sample(
        self, request: SegmentRequest, on_step: OnStep, resume_from: Checkpoint | None = None
    ) -> SampledLatents:
        pipe, model, noise = self._pipeline(request), self.model, noise_source(request.seed)
        # a step cache keeps state that no checkpoint has
        resumable = "cache" not in model.optimizations
        clean_latents = partial(self._clean_latents, request)
        monitor = SamplingMonitor(on_step, noise, clean_latents, resume_from, resumable)
        on_step_end = optimizations.without_late_guidance(model, request.steps, monitor.on_step_end)
        for name, own in self._schedulers.items():
            setattr(pipe, name, monitor.attach(self._fresh_scheduler(own)))
        parts = denoisers(pipe)
        try:
            with (
                components.fitting(model.name),
                monitor.skipping(parts),
                optimizations.while_sampling(parts, model, request.steps),
            ):
                result = pipe(**self._arguments(request), generator=noise, callback_on_step_end=on_step_end)
            return self._sampled_latents(request, result, monitor.outputs)
        finally:
            # with a cache hook on, a job broken off would change the pixels of the next
            pipe.maybe_free_model_hooks()
            for name, own in self._schedulers.items():
                setattr(pipe, name, own)

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> Iterator[list[Frame]]:
        yield to_frames(self._pipe.vae.decode(self._unscaled(latents), return_dict=False)[0])

    @property
    def weight_bytes(self) -> int:
        return sum(each.nbytes for part in self._networks for each in (*part.parameters(), *part.buffers()))

    def to_cpu(self) -> bool:
        if "offload" in self.model.optimizations or self.device == "cpu":
            return False
        self._pipe.to("cpu")
        return True

    def to_device(self) -> None:
        self._pipe.to(self.device)

    @property
    def _networks(self) -> list[torch.nn.Module]:
        return [part for part in self._pipe.components.values() if isinstance(part, torch.nn.Module)]

    @property
    def _decodes_whole(self) -> bool:
        """Whether the VAE must be called once for all frames: for tiles, and for hooks that move it."""
        vae = self._pipe.vae
        return vae.use_tiling or "offload" in self.model.optimizations

    @torch.no_grad()
    def encode(self, frames: NDArray[np.uint8]) -> torch.Tensor:
        vae = self._pipe.vae
        pixels = torch.from_numpy(frames).permute(3, 0, 1, 2)[None].to(self.device, vae.dtype) / 127.5 - 1
        return self._scaled(vae.encode(pixels).latent_dist.mode())[0].float()

    @abstractmethod
    def _encode_prompt(self, request: SegmentRequest) -> PromptEmbeddings:
        """What the pipeline is given for the prompts of `request`."""

    @abstractmethod
    def _scaled(self, raw: torch.Tensor) -> torch.Tensor:
        """Latents as the transformer has them, of the VAE's `raw` ones."""

    @abstractmethod
    def _unscaled(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents as the VAE has them, on its device, of `latents` as the transformer has them."""

    def _pipeline(self, request: SegmentRequest) -> Any:
        """The pipeline to call for `request`, over the components that are loaded."""
        return self._pipe

    def _built(self, folder: ModelFolder, parts: Mapping[str, Any]) -> Any:
        """The pipeline to run over `parts`: of `pipeline_class`, else of the folder's class and settings."""
        if self.pipeline_class:
            return self._build(self.pipeline_class, parts)
        own: type = getattr(diffusers, folder.pipeline)
        taken = signature(own.__init__).parameters  # type: ignore[misc]
        settings = {name: value for name, value in folder.index.items() if name in taken}
        return self._build(own, parts, **{name: settings[name] for name in settings.keys() - parts.keys()})

    def _build(self, kind: type, components: Mapping[str, Any], **settings: Any) -> Any:
        """A pipeline of `kind` over those of `components` that it takes."""
        taken = signature(kind.__init__).parameters  # type: ignore[misc]
        pipe = kind(**{name: part for name, part in components.items() if name in taken}, **settings)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _fresh_scheduler(self, own: Any) -> Any:
        """One like `own`, that no earlier, perhaps broken off, run has touched."""
        return fresh_scheduler(own, self.model.shift)

    def _arguments(self, request: SegmentRequest) -> dict[str, Any]:
        """The arguments of the pipeline's call; families add their own."""
        with torch.no_grad():
            embeddings = self._prompts.get(self._prompt_key(request), partial(self._encode_prompt, request))
        return embeddings | {
            "width": request.size[0],
            "height": request.size[1],
            "num_frames": request.frames,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance,
            "output_type": "latent",
        }

    def _prompt_key(self, request: SegmentRequest) -> Hashable:
        """Requests with the same key have the same prompt embeddings."""
        return request.prompt, request.negative_prompt

    def _sampled_latents(
        self, request: SegmentRequest, result: Any, outputs: list[torch.Tensor]
    ) -> SampledLatents:
        """Of the pipeline's `result`, or of the last output of each scheduler."""
        return SampledLatents(result.frames.float())

    def _clean_latents(self, request: SegmentRequest, newest: list[SchedulerStep]) -> torch.Tensor:
        """The clean latents (z, frames, height, width) of the newest step of each scheduler."""
        return newest[0].clean_sample()[0]


def to_frames(decoded: torch.Tensor) -> list[Frame]:
    """Frames of `decoded` (1, 3, n, height, width) in −1..1."""
    whole = (decoded.float().clamp(-1, 1) + 1) * 127.5
    return list(whole.round().byte()[0].permute(1, 2, 3, 0).cpu().numpy())


def precision(device: str) -> Any:
    """What to compute in: fp32 on a CPU (fp16 there is slow and wrong), else bf16 with an exact VAE."""
    return torch.float32 if device == "cpu" else {"default": torch.bfloat16, "vae": torch.float32}


def noise_source(seed: int) -> torch.Generator:
    """On the CPU whatever the device is: a seed means the same noise everywhere.

    Torch seeds its Mersenne Twister with the last 32 bits, so that 7 and 2³² + 7 would make one video. A
    larger `seed`, of 64 bits at most, fills the state by the generator's own `init_by_array` (Matsumoto and
    Nishimura, 2002), as NumPy has it."""
    noise = torch.Generator("cpu").manual_seed(seed & WORD)
    if seed <= WORD:
        return noise
    twister: Any = np.random.RandomState([seed & WORD, seed >> 32]).get_state()
    state = noise.get_state().numpy().copy()
    state[MERSENNE_TWISTER].view(np.uint64)[:] = twister[1]
    return noise.set_state(torch.from_numpy(state))


def fresh_scheduler(scheduler: Any, shift: float | None) -> Any:
    """One like `scheduler` that no earlier, perhaps broken off, run has touched."""
    config = dict(scheduler.config)
    if shift is not None:
        config |= {name: shift for name in ("shift", "flow_shift") if name in config}
    return type(scheduler).from_config(config)


def denoisers(pipe: Any) -> list[torch.nn.Module]:
    """The networks of `pipe` that are run at every step."""
    return [part for name in DENOISERS if (part := pipe.components.get(name)) is not None]
