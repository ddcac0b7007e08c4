"""Between the steps of any diffusers pipeline: each is reported, can be previewed, saved, and resumed from.

Whatever a pipeline does, its latents move only through `scheduler.step`, of one scheduler or (for sound, or
diffusion forcing) of several copied from one. So a scheduler whose steps are intercepted tells all there is
to know. A sampling resumes bit for bit if it is run again with a denoiser that answers zeros up to the saved
step, and schedulers that answer what they had answered there (docs/decisions/0012).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from inspect import signature
from typing import Any

import torch

from generation.runner.families import checkpoint
from generation.runner.families.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Step:
    """A step that has just been made, the `done`th.

    `clean_latents()`: as the model predicts them now, (z, frames, height, width). `checkpoint()`: what it
    takes to resume behind this step, or None where something besides latents and schedulers keeps state.
    """

    done: int
    clean_latents: Callable[[], torch.Tensor]
    checkpoint: Callable[[], Checkpoint | None]


OnStep = Callable[[Step], None]  # raising ends the sampling, and nothing is decoded


@dataclass(slots=True, eq=False)
class SchedulerStep:
    """The newest step of one scheduler: its arguments by name, and its output.

    `steps`: how many it has made; `index`: that of the newest one, from 0."""

    scheduler: Any
    steps: int = 0
    arguments: dict[str, Any] = field(default_factory=dict)
    index: int = 0
    output: tuple[torch.Tensor, ...] = ()

    def clean_sample(self) -> torch.Tensor:
        """The clean sample, float32, as predicted in this step; its shape is the sample's."""
        sample, predicted = self.arguments["sample"].float(), self.arguments["model_output"].float()
        kind = self.scheduler.config.get("prediction_type", "flow_prediction")
        if kind == "sample":
            return predicted
        if hasattr(self.scheduler, "final_alpha_cumprod"):  # schedulers of the DDIM kind return it themselves
            return self.output[1].float()
        tokens = self.arguments.get("per_token_timesteps")
        if tokens is not None:  # a noise level for each token, and the velocity with the other sign
            return sample + tokens[..., None] / self.scheduler.config.num_train_timesteps * predicted
        sigma = self.scheduler.sigmas[self.index].to(sample.device)
        if kind == "flow_prediction":
            return sample - sigma * predicted
        raise NotImplementedError(f"No estimate for {kind} by {type(self.scheduler).__name__}.")


class SamplingMonitor:
    """Intercepts the scheduler steps of one sampling: reports each to `on_step`, or resumes a checkpoint.

    `clean_latents` makes (z, frames, height, width) of the newest step of each scheduler. `resumable` is
    False where a checkpoint of schedulers and noise would not be all that it takes to resume.
    """

    def __init__(
        self,
        on_step: OnStep,
        noise: torch.Generator,
        clean_latents: Callable[[list[SchedulerStep]], torch.Tensor],
        resume_from: Checkpoint | None = None,
        resumable: bool = True,
    ) -> None:
        self._on_step, self._noise, self._clean_latents = on_step, noise, clean_latents
        self._resume_from, self._resumable = resume_from, resumable
        self._newest: list[SchedulerStep] = []  # of each scheduler, in the order of their first steps
        self._done = 0

    @property
    def outputs(self) -> list[torch.Tensor]:
        """The newest latents of each scheduler, as it returned them."""
        return [step.output[0] for step in self._newest]

    def attach(self, scheduler: Any) -> Any:
        """`scheduler`, with its steps intercepted; those of its copies will be too."""
        scheduler.__class__ = _intercepted(type(scheduler))
        scheduler.monitor = self
        return scheduler

    @contextmanager
    def skipping(self, denoisers: Iterable[torch.nn.Module]) -> Iterator[None]:
        """While the block lasts, `denoisers` answer zeros up to the checkpoint that is resumed."""
        with ExitStack() as later:
            for denoiser in denoisers if self._resume_from else ():
                later.callback(_put_back, denoiser, vars(denoiser).get("forward"))
                denoiser.forward = self._zeros_while_resuming(denoiser.forward)
            yield

    def on_step_end(self, pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """The pipeline's `callback_on_step_end`."""
        self._done += 1
        if self._resume_from is None:
            newest = list(self._newest)
            self._on_step(Step(self._done, lambda: self._clean_latents(newest), self._checkpoint))
        elif self._done == self._resume_from.step:
            self._noise.set_state(self._resume_from.noise)
            self._resume_from = None
        return tensors

    def scheduler_step(self, scheduler: Any, arguments: dict[str, Any], make: Callable[[], Any]) -> Any:
        """The output of a scheduler's step: made, or taken from the checkpoint that is resumed."""
        step = self._step_of(scheduler)
        step.steps += 1
        if self._resume_from:
            state = self._resume_from.schedulers[self._newest.index(step)]
            device = arguments["sample"].device
            if step.steps == state.steps:
                checkpoint.restore(scheduler, state, device)
            step.output = checkpoint.copy_to(state.output, device)
        else:
            # where latent frames step by themselves, the output is written over the sample
            sample = arguments["sample"]
            sample = sample.clone() if sample._is_view() else sample
            step.output, step.arguments = make(), arguments | {"sample": sample}
        step.index = step.steps - 1
        return step.output

    def _step_of(self, scheduler: Any) -> SchedulerStep:
        known = next((step for step in self._newest if step.scheduler is scheduler), None)
        if known is None:
            self._newest.append(known := SchedulerStep(scheduler))
        return known

    def _checkpoint(self) -> Checkpoint | None:
        if not self._resumable:
            return None
        states = (checkpoint.capture(step.scheduler, step.steps, step.output) for step in self._newest)
        return Checkpoint(self._done, tuple(states), self._noise.get_state())

    def _zeros_while_resuming(self, forward: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(forward)
        def answer(*args: Any, **kwargs: Any) -> Any:
            if self._resume_from is None:
                return forward(*args, **kwargs)
            inputs = [kwargs[name] for name in ("hidden_states", "audio_hidden_states") if name in kwargs]
            return tuple(torch.zeros_like(each) for each in inputs)

        return answer

    def __deepcopy__(self, memo: dict[int, Any]) -> "SamplingMonitor":
        return self  # pipelines copy their scheduler: its copies report to the same monitor


def _intercepted(kind: type) -> type:
    """`kind`, with every step going through the monitor that an instance has."""
    names = signature(kind.step)  # type: ignore[attr-defined]

    @wraps(kind.step)  # type: ignore[attr-defined]
    def step(self: Any, *args: Any, **kwargs: Any) -> Any:
        arguments = names.bind(self, *args, **kwargs).arguments
        make = partial(kind.step, self, *args, **kwargs)  # type: ignore[attr-defined]
        return self.monitor.scheduler_step(self, arguments, make)

    return type(kind.__name__, (kind,), {"step": step})


def _put_back(denoiser: torch.nn.Module, forward: Any) -> None:
    if forward is None:
        del denoiser.forward
    else:
        denoiser.forward = forward
