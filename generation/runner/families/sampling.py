"""Between the steps of any diffusers pipeline: each is told, can be looked at, kept, and gone on from.

Whatever a pipeline does, its latents move only through `scheduler.step`, of one scheduler or (for sound, or
diffusion forcing) of several copied from one. So a scheduler that is watched says all there is to know, and
a sampling goes on bit for bit if it is run again with a denoiser that answers zeros until the kept step, and
schedulers that answer what they had answered then.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any

import torch

PLAIN = (torch.Tensor, int, float, str, bool, type(None))  # what of a scheduler's attributes is kept


@dataclass(frozen=True, slots=True)
class SchedulerState:
    """One scheduler's past: how often it stepped, what it answered last, and how it stood then."""

    turns: int
    answer: tuple[torch.Tensor, ...]
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A sampling after `step` steps: all that it takes to go on with the same bits. On the CPU.

    `tracks`: one for each scheduler, in the order of their first turns. `noise`: the noise source's state.
    """

    step: int
    tracks: tuple[SchedulerState, ...]
    noise: torch.Tensor

    def save(self, path: Path) -> None:
        """Tensors and plain values only: it can be read without running anything."""
        tracks = [(track.turns, track.answer, track.state) for track in self.tracks]
        torch.save({"step": self.step, "tracks": tracks, "noise": self.noise}, path)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """What `save` has written at `path`."""
        kept = torch.load(path, weights_only=True, map_location="cpu")
        return cls(kept["step"], tuple(SchedulerState(*track) for track in kept["tracks"]), kept["noise"])


@dataclass(frozen=True, slots=True)
class Step:
    """A step that has just been made, the `done`th.

    `clean()`: the clean latents as the model sees them now, (z, frames, height, width). `moment()`: what it
    takes to go on behind this step, or None where something besides latents and schedulers has a memory.
    """

    done: int
    clean: Callable[[], torch.Tensor]
    moment: Callable[[], Checkpoint | None]


OnStep = Callable[[Step], None]  # raising ends the sampling, and nothing is decoded


@dataclass(slots=True, eq=False)
class SchedulerStep:
    """The newest step of one scheduler: what it was asked, under its own names, and what it answered."""

    scheduler: Any
    turns: int = 0
    asked: dict[str, Any] = field(default_factory=dict)
    index: int = 0
    answer: tuple[torch.Tensor, ...] = ()

    def clean(self) -> torch.Tensor:
        """The clean sample, float32, as predicted in this step; its shape is the sample's."""
        sample, output = self.asked["sample"].float(), self.asked["model_output"].float()
        kind = self.scheduler.config.get("prediction_type", "flow_prediction")
        if kind == "sample":
            return output
        if hasattr(self.scheduler, "final_alpha_cumprod"):  # the DDIM kind answers it itself
            return self.answer[1].float()
        tokens = self.asked.get("per_token_timesteps")
        if tokens is not None:  # noise levels of their own, and the velocity turned round
            return sample + tokens[..., None] / self.scheduler.config.num_train_timesteps * output
        sigma = self.scheduler.sigmas[self.index].to(sample.device)
        if kind == "flow_prediction":
            return sample - sigma * output
        raise NotImplementedError(f"No estimate for {kind} by {type(self.scheduler).__name__}.")


class Watch:
    """One sampling under watch: tells `on_step` of each step, or goes on behind the moment `since`.

    `shown` makes (z, frames, height, width) of the schedulers' newest turns. `keeps` says whether a moment is
    all that it takes to go on.
    """

    def __init__(
        self,
        on_step: OnStep,
        noise: torch.Generator,
        shown: Callable[[list[SchedulerStep]], torch.Tensor],
        since: Checkpoint | None = None,
        keeps: bool = True,
    ) -> None:
        self._on_step, self._noise, self._shown, self._since, self._keeps = (
            on_step,
            noise,
            shown,
            since,
            keeps,
        )
        self._turns: list[SchedulerStep] = []
        self._done = 0

    @property
    def answers(self) -> list[torch.Tensor]:
        """The newest latents of each scheduler, as it answered them."""
        return [turn.answer[0] for turn in self._turns]

    def over(self, scheduler: Any) -> Any:
        """`scheduler`, under watch; its copies will be too."""
        scheduler.__class__ = _watched(type(scheduler))
        scheduler.watch = self
        return scheduler

    @contextmanager
    def skipping(self, denoisers: Iterable[torch.nn.Module]) -> Iterator[None]:
        """While the block lasts, `denoisers` answer zeros up to the moment that is gone on from."""
        with ExitStack() as later:
            for denoiser in denoisers if self._since else ():
                later.callback(_put_back, denoiser, vars(denoiser).get("forward"))
                denoiser.forward = self._unless_skipped(denoiser.forward)
            yield

    def told(self, pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """The pipeline's `callback_on_step_end`."""
        self._done += 1
        if self._since is None:
            turns = list(self._turns)
            self._on_step(Step(self._done, lambda: self._shown(turns), self._moment))
        elif self._done == self._since.step:
            self._noise.set_state(self._since.noise)
            self._since = None
        return tensors

    def turn(self, scheduler: Any, asked: dict[str, Any], take: Callable[[], Any]) -> Any:
        """A scheduler's step: taken, or answered from the past."""
        turn = self._turn_of(scheduler)
        turn.turns += 1
        if self._since:
            turn.answer = _past(turn, self._since.tracks[self._turns.index(turn)], asked["sample"].device)
        else:
            # where latent frames step by themselves, the answer is written over what was asked
            own = asked["sample"].clone() if asked["sample"]._is_view() else asked["sample"]
            turn.answer, turn.asked = take(), asked | {"sample": own}
        turn.index = turn.turns - 1
        return turn.answer

    def _turn_of(self, scheduler: Any) -> SchedulerStep:
        known = next((turn for turn in self._turns if turn.scheduler is scheduler), None)
        if known is None:
            self._turns.append(known := SchedulerStep(scheduler))
        return known

    def _moment(self) -> Checkpoint | None:
        if not self._keeps:
            return None
        tracks = (
            SchedulerState(turn.turns, _kept(turn.answer), _state(turn.scheduler)) for turn in self._turns
        )
        return Checkpoint(self._done, tuple(tracks), self._noise.get_state())

    def _unless_skipped(self, forward: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(forward)
        def answer(*args: Any, **kwargs: Any) -> Any:
            if self._since is None:
                return forward(*args, **kwargs)
            asked = [kwargs[name] for name in ("hidden_states", "audio_hidden_states") if name in kwargs]
            return tuple(torch.zeros_like(each) for each in asked)

        return answer

    def __deepcopy__(self, memo: dict[int, Any]) -> "Watch":
        return self


def _watched(kind: type) -> type:
    """`kind`, with every step going through the watch that an instance has."""
    names = signature(kind.step)  # type: ignore[attr-defined]

    @wraps(kind.step)  # type: ignore[attr-defined]
    def step(self: Any, *args: Any, **kwargs: Any) -> Any:
        asked = names.bind(self, *args, **kwargs).arguments
        return self.watch.turn(self, asked, lambda: kind.step(self, *args, **kwargs))  # type: ignore[attr-defined]

    return type(kind.__name__, (kind,), {"step": step})


def _put_back(denoiser: torch.nn.Module, forward: Any) -> None:
    if forward is None:
        del denoiser.forward
    else:
        denoiser.forward = forward


def _state(scheduler: Any) -> dict[str, Any]:
    """What of `scheduler` may change in a step."""
    return {
        name: _kept(value)
        for name, value in vars(scheduler).items()
        if not name.startswith("_internal") and _plain(value)
    }


def _plain(value: Any) -> bool:
    return all(map(_plain, value)) if isinstance(value, list | tuple) else isinstance(value, PLAIN)


def _kept(value: Any) -> Any:
    """A copy of `value` on the CPU."""
    if isinstance(value, list | tuple):
        return type(value)(map(_kept, value))
    return value.detach().to("cpu", copy=True) if isinstance(value, torch.Tensor) else value


def _past(turn: SchedulerStep, track: SchedulerState, device: torch.device) -> tuple[torch.Tensor, ...]:
    """The kept answer; with the last turn of `track` the scheduler is as it was then."""
    if turn.turns == track.turns:
        for name, value in track.state.items():
            now = getattr(turn.scheduler, name, None)
            # some tables stay on the CPU while the latents are elsewhere
            setattr(
                turn.scheduler, name, _moved(value, now.device if isinstance(now, torch.Tensor) else device)
            )
    return _moved(track.answer, device)


def _moved(value: Any, device: torch.device) -> Any:
    """A copy of `value` on `device`."""
    if isinstance(value, list | tuple):
        return type(value)(_moved(each, device) for each in value)
    return value.to(device, copy=True) if isinstance(value, torch.Tensor) else value
