"""How far a run is and how long it will take, judged by this model's own past on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from generation.runner.events import Check, Event, OnEvent
from generation.runner.state import State

WEIGHT = 0.4  # of the newest run in the remembered pace


class Pace:
    """Seconds per unit of one kind of work: as measured in this run, or else as remembered."""

    def __init__(self, key: str, state: State) -> None:
        self.key, self.units, self.spent = key, 0, 0.0
        self._state, self._known = state, state.recall("paces").get(key)
        self._since = monotonic()

    def start(self) -> None:
        self._since = monotonic()

    def tick(self, units: int = 1) -> None:
        now = monotonic()
        self.spent, self.units, self._since = self.spent + now - self._since, self.units + units, now

    def measured(self, spent: float, units: int) -> None:
        self.spent, self.units = spent, units

    def needs(self, units: int) -> float | None:
        """Seconds for `units` more, or None if nobody knows yet."""
        each = self.spent / self.units if self.units else self._known
        return None if each is None else each * units

    def remember(self) -> None:
        if self.units:
            each = self.spent / self.units
            kept = each if self._known is None else WEIGHT * each + (1 - WEIGHT) * self._known
            self._state.remember("paces", **{self.key: round(kept, 6)})


class Progress:
    """Counts steps and delivered frames, tells of each, and asks at each whether to go on."""

    def __init__(
        self, on_event: OnEvent, check: Check, state: State, key: str, *, steps: int, frames: int
    ) -> None:
        self.on_event, self.check = on_event, check
        self.seconds: dict[str, float] = {}
        self._steps, self._frames = Pace(f"{key}/step", state), Pace(f"{key}/frame", state)
        self._left = {"steps": steps, "frames": frames}
        self._total = dict(self._left)
        self._began = monotonic()

    def tell(self, kind: str, **data: Any) -> None:
        self.on_event(Event(kind, data))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time spent in the block counts for the stage `name`; blocks do not lie in each other."""
        began = monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + monotonic() - began

    def skip_steps(self, count: int) -> None:
        """Steps that an earlier run has made and kept."""
        self._left["steps"] -= count

    def start_steps(self) -> None:
        self._steps.start()

    def step(self, **told: Any) -> None:
        self._steps.tick()
        self._count("step", "steps", **told)

    def frame(self) -> None:
        # frames are pulled, so sampling and decoding happen between two of them: their time is not theirs
        self._frames.measured(self._delivering(), self._total["frames"] - self._left["frames"] + 1)
        self._count("frame", "frames")

    def finish(self) -> dict[str, float]:
        """Keep the paces for next time; answers the seconds of each stage."""
        self._steps.remember()
        self._frames.remember()
        return {
            name: round(spent, 3)
            for name, spent in {**self.seconds, "delivering": self._delivering()}.items()
        }

    def _count(self, kind: str, unit: str, **told: Any) -> None:
        self._left[unit] -= 1
        total = self._total[unit]
        self.tell(kind, **told, done=total - self._left[unit], total=total, eta=self._eta())
        self.check()

    def _delivering(self) -> float:
        return monotonic() - self._began - sum(self.seconds.values())

    def _eta(self) -> float | None:
        """Seconds to the end of the run, or None if nobody knows yet."""
        steps = self._steps.needs(self._left["steps"]) if self._left["steps"] > 0 else 0.0
        frames = self._frames.needs(self._left["frames"])
        return None if steps is None else round(steps + (frames or 0.0), 2)
