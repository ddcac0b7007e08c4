"""Progress as bars: one for each job of the journey, fed by the job's own events."""

import time

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from demo.client import Answer, Phone

ENDINGS = {"done", "failed", "cancelled"}


class Failed(RuntimeError):
    """A job ended otherwise than done; the message is its own reason."""


def follow(phone: Phone, jobs: dict[str, str]) -> dict[str, float]:
    """Show each job from its first event to its last; answers the seconds each ran, by stage."""
    columns = (
        TextColumn("{task.description:>10}"),
        BarColumn(),
        TextColumn("{task.fields[now]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as bars:
        rows = {stage: bars.add_task(stage, total=None, start=False, now="") for stage in jobs}
        return {stage: _watch(phone, job, bars, rows[stage]) for stage, job in jobs.items()}


def _watch(phone: Phone, job: str, bars: Progress, row: TaskID) -> float:
    began = time.monotonic()
    for kind, data in phone.events(job):
        if data.get("state", kind) == "running":
            bars.start_task(row)
            began = time.monotonic()
        _draw(bars, row, data)
    state = phone.get(f"jobs/{job}")
    if state["state"] != "done":
        raise Failed(f"{state['kind']}: {state['error']}")
    bars.update(row, total=1, completed=1, now="done")
    return _seconds(state, time.monotonic() - began)


def _draw(bars: Progress, row: TaskID, data: Answer) -> None:
    if data.get("total"):
        bars.update(row, total=data["total"], completed=data.get("done", 0))
    if stage := data.get("stage") or data.get("name"):
        bars.update(row, now=str(stage))


def _seconds(state: Answer, watched: float) -> float:
    """What the server says the job took; what we saw, where it says nothing."""
    from datetime import datetime

    began, ended = state.get("started_at"), state.get("finished_at")
    if not (began and ended):
        return watched
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()
