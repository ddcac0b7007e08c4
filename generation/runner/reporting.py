"""The runner's events as the progress of a job: stages, steps, and a preview now and then."""

import base64
import time
from typing import Any

from generation.runner.events import Event, OnEvent
from library.media.progress import Progress, Stage

PREVIEWS_EVERY = 1.0  # seconds: each is a row that readers replay


class StageReporter:
    """Takes each event of a run to `on_event`, and what a job's readers are to see of it to `progress`."""

    def __init__(self, progress: Progress, on_event: OnEvent) -> None:
        self._progress, self._on_event, self._previewed = progress, on_event, 0.0
        self._stage: Stage | None = None
        self._frames = 0

    def __call__(self, event: Event) -> None:
        self._on_event(event)
        if report := getattr(self, f"_{event.kind}", None):
            report(**event.data)

    def _understood(self, **prompt: Any) -> None:
        self._progress.event("understood", prompt)

    def _loading(self, **_: Any) -> None:
        self._enter(Stage.LOADING)

    def _step(self, *, done: int, total: int, eta: float | None, segment: int, **_: Any) -> None:
        self._enter(Stage.DENOISING, total)
        self._progress.step(done, eta=eta, data={"segment": segment})

    def _frame(self, *, done: int, total: int, eta: float | None) -> None:
        if self._stage == Stage.FINISHING:
            self._progress.step(done, eta=eta)

    def _decode(self, **_: Any) -> None:
        self._progress.check()

    def _plan(self, *, frames: int, **counts: int) -> None:
        self._progress.event("plan", {"frames": frames, **counts})
        self._frames = frames

    def _sampled(self) -> None:
        self._enter(Stage.FINISHING, self._frames)

    def _preview(self, *, jpeg: bytes, **where: int) -> None:
        if time.monotonic() - self._previewed >= PREVIEWS_EVERY:
            self._progress.event("preview", {"jpeg": base64.b64encode(jpeg).decode(), **where})
            self._previewed = time.monotonic()

    def _checkpoint(self, *, segment: int, step: int) -> None:
        self._progress.save(segment=segment, step=step)

    def _committed(self, *, segment: int) -> None:
        self._progress.save(committed=segment + 1)

    def _enter(self, stage: Stage, total: int = 0) -> None:
        if stage != self._stage:
            self._progress.stage(stage, total)
            self._stage = stage
