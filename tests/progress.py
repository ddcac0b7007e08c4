"""A `Progress` that remembers what an engine reports."""

from collections.abc import Callable
from typing import Any

from library.media.progress import Silent, Stage


class Recorder(Silent):
    """`steps` are (stage, done, total); `check`, if given, is called whenever the engine may be cancelled."""

    def __init__(self, check: Callable[[], None] | None = None) -> None:
        self.stages: list[tuple[str, int]] = []
        self.steps: list[tuple[str, int, int]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._check = check

    def stage(self, name: Stage, total: int = 0) -> None:
        self.stages.append((name.value, total))

    def step(self, done: int, **_: Any) -> None:
        stage, total = self.stages[-1] if self.stages else ("", 0)
        self.steps.append((stage, done, total))

    def event(self, kind: str, data: dict[str, Any]) -> None:
        self.events.append((kind, data))

    def check(self) -> None:
        if self._check:
            self._check()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of a kind, in order."""
        return [data for each, data in self.events if each == kind]
