"""How far a run is and how long it will take, judged by the same model's earlier runs on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from generation.runner.events import Check, Event, OnEvent
from generation.runner.runtime.state import State

WEIGHT = 0.4  # of the newest run in the pace that is kept


class Pace:
    """Seconds per unit of one kind of work: as measured in this run, or else as kept from earlier ones."""

    def __init__(self, key: str, state: State) -> None:
        self.key, self.units, self.spent = key, 0, 0.0
        self._state, self._kept = state, state.load("paces").get(key)

    def add(self, seconds: float, units: int = 1) -> None:
        """`units` took `seconds`."""
        self.spent, self.units = self.spent + seconds, self.units + units

    def estimate(self, units: int) -> float | None:
        """Seconds for `units` more, or None if nothing is known yet."""
        each = self.spent / self.units if self.units else self._kept
        return None if each is None else each * units

    def save(self) -> None:
        """Keep a running mean of this and the earlier runs."""
        if self.units:
            each = self.spent / self.units
            mean = each if self._kept is None else WEIGHT * each + (1 - WEIGHT) * self._kept
            self._state.save("paces", **{self.key: round(mean, 6)})


class RunProgress:
    """Counts steps, decoded native frames and delivered frames, reports them, asks at each whether to go on.

    Steps and decoding follow one another; delivery goes on beside them and ends after them, by no more than
    the `last` frames, which only the last segment makes possible."""

    def __init__(
        self,
        on_event: OnEvent,
        check: Check,
        state: State,
        key: str,
        *,
        steps: int,
        native_frames: int,
        frames: int,
        last: int,
    ) -> None:
        self.on_event, self.check = on_event, check
        self.seconds: dict[str, float] = {}
        self._total = {"steps": steps, "native_frames": native_frames, "frames": frames}
        self._left, self._last = dict(self._total), last
        self._since = monotonic()
        self._paces = {unit: Pace(f"{key}/{unit[:-1]}", state) for unit in self._total}

    def emit(self, kind: str, **data: Any) -> None:
        """Emit an event, of those that `events` lists."""
        self.on_event(Event(kind, data))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time spent in the block counts for the stage `name`; blocks are not nested."""
        began = monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + monotonic() - began

    def skip(self, **units: int) -> None:
        """Steps, native_frames or frames that an earlier run has made and kept."""
        for unit, count in units.items():
            self._left[unit] -= count

    def start_steps(self) -> None:
        """From here on the time belongs to steps."""
        self._since = monotonic()

    def step(self, **data: Any) -> None:
        """One step is made; reported with `data`."""
        now = monotonic()
        self._paces["steps"].add(now - self._since)
        self._since = now
        self._count("step", "steps", **data)

    def decoded(self, count: int, seconds: float) -> None:
        """`count` native frames took `seconds` to decode."""
        self._paces["native_frames"].add(seconds, count)
        self._left["native_frames"] -= count

    def frame(self, seconds: float) -> None:
        """One frame took `seconds` to deliver and encode; reported."""
        self._paces["frames"].add(seconds)
        self.seconds["delivering"] = self._paces["frames"].spent
        self._count("frame", "frames")

    def finish(self) -> dict[str, float]:
        """Keep the paces for later runs; the seconds of each stage, some of which went on side by side."""
        for pace in self._paces.values():
            pace.save()
        return {name: round(spent, 3) for name, spent in self.seconds.items()}

    def _count(self, kind: str, unit: str, **data: Any) -> None:
        self._left[unit] -= 1
        total = self._total[unit]
        self.emit(kind, **data, done=total - self._left[unit], total=total, eta=self._eta())
        self.check()

    def _eta(self) -> float | None:
        """Seconds to the end of the run, or None if the pace of steps is not known yet."""
        steps = self._estimate("steps")
        if steps is None:
            return None
        decoding, delivery = self._estimate("native_frames") or 0.0, self._estimate("frames") or 0.0
        left = self._left["frames"]
        last = delivery * min(left, self._last) / left if left > 0 else 0.0
        return round(max(steps + max(decoding, last), delivery), 2)

    def _estimate(self, unit: str) -> float | None:
        left = self._left[unit]
        return self._paces[unit].estimate(left) if left > 0 else 0.0
