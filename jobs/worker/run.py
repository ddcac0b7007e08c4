"""What a handler sees of the job it works on: its parameters, its folder, its checkpoint, its progress."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobs.cost import Cost
from jobs.models import Job
from jobs.worker.heartbeat import Heartbeat
from jobs.worker.work_folder import KEPT

WRITES_PER_SECOND = 4
SHOWN = ("stage", "done", "total", "eta_seconds")
NO_COST = Cost(0.0)


class Run:
    """One attempt at a job, under one lease; handlers pass it to their engine as its progress
    (`library.media.progress`). Every method raises Cancelled, LeaseLost or Stopping when
    the attempt is over; handlers must not catch those.

    `workdir` is a folder of this attempt's own; `kept`, within it, is handed from attempt to attempt (see
    `jobs.worker.work_folder`). Both are removed when the job ends.
    """

    def __init__(self, job: Job, heartbeat: Heartbeat, folder: Path, cost: Cost = NO_COST) -> None:
        self.job, self.workdir, self.kept = job, folder, folder / KEPT
        self._heartbeat = heartbeat
        self._wrote = 0.0
        self._stage: dict[str, Any] = {}
        self._cost = cost

    @property
    def params(self) -> dict[str, Any]:
        return self.job.params

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What `save` kept in this attempt or an earlier one."""
        return self.job.checkpoint

    def stage(self, name: str, total: int = 0) -> None:
        """Begin stage `name` of `total` steps (0: not counted)."""
        self._stage = {"stage": name, "done": 0, "total": total}
        self._stage |= self._share(name)
        self._write("stage", self._stage)

    def step(self, done: int, *, eta: float | None = None, data: Mapping[str, Any] | None = None) -> None:
        """`done` steps of the stage are done; `eta` is in seconds. Written at most 4 times a second.

        What is shown stays below the stage's total: only a job that is done shows all of its steps done.
        """
        self.check()
        if time.monotonic() - self._wrote < 1 / WRITES_PER_SECOND:
            return
        total = self._stage.get("total", 0)
        shown = max(0, min(done, total - 1)) if total else done
        known = {} if eta is None else {"eta_seconds": round(max(eta, 0.0), 1)}
        self._stage = {"stage": "", **self._stage, "done": shown, "total": total} | known
        self._stage |= self._share(self._stage["stage"])
        self._write("step", self._stage | dict(data or {}))

    def event(self, kind: str, data: dict[str, Any]) -> None:
        """Write an event of the handler's own, such as a preview."""
        self._record(kind, data)

    def check(self) -> None:
        """Raise if the attempt is over. Cheap: reads what the heartbeat last saw."""
        self._heartbeat.check()

    def save(self, **checkpoint: Any) -> None:
        """Keep `checkpoint` (JSON) for the next attempt; names not given stay as they are.

        Whatever is new there is progress: the attempts that were used up before do not count any more.
        """
        merged = self.checkpoint | checkpoint
        if merged != self.checkpoint:
            self._record("saved", {"names": sorted(checkpoint)}, checkpoint=merged, attempts=0)

    def _write(self, kind: str, progress: dict[str, Any]) -> None:
        kept = {name: progress[name] for name in SHOWN if name in progress}
        self._record(kind, progress, progress=kept, share=progress["share"])
        self._wrote = time.monotonic()

    def _share(self, stage: str) -> dict[str, float]:
        """Of the whole job, now. What an earlier attempt had reached stays: this one may begin anew, or go on
        from a checkpoint behind it."""
        done, total = self._stage.get("done", 0), self._stage.get("total", 0)
        return {"share": max(self.job.share, round(self._cost.share(stage, done, total), 4))}

    def _record(self, kind: str, data: dict[str, Any], **changes: Any) -> None:
        self.check()
        self._heartbeat.record(kind, data, **changes)
        self.check()
