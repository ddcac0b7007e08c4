"""Progress as bars: one for each job of the journey, fed by the job's own events."""

from datetime import datetime

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from demo.client import Answer, Phone


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
    for kind, data in phone.events(job):
        if kind == "running":
            bars.start_task(row)
        _draw(bars, row, data)
    state = phone.get(f"jobs/{job}")
    if state["state"] != "done":
        raise Failed(f"{state['kind']}: {state['error']}")
    bars.update(row, total=1, completed=1, now="done")
    return _seconds(state)


def _draw(bars: Progress, row: TaskID, data: Answer) -> None:
    """A `stage` names what is done now and how much of it there is, a `step` how much of that is done."""
    if stage := data.get("stage"):
        bars.update(row, now=str(stage), total=data.get("total"), completed=data.get("done", 0))


def _seconds(state: Answer) -> float:
    """What the job took, by the server's clock."""
    began, ended = (datetime.fromisoformat(state[name]) for name in ("started_at", "finished_at"))
    return (ended - began).total_seconds()
