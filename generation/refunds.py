"""What a generation that was cancelled is charged: the share of its steps that had been made."""

from math import ceil
from typing import Any

from creator.credits import ledger
from jobs.ledger.states import State
from jobs.models import Job, JobEvent
from library.media.progress import Stage

SAMPLED = (Stage.FINISHING, Stage.STORING)  # stages in which no step is left


def settle_cancelled(job: Job) -> None:
    """Charge what was made of a cancelled `job` by its own record, and give the rest of its hold back."""
    hold = job.params["hold"]
    used = ceil(round(ledger.held(hold) * made_share(job), 6))
    if used:
        ledger.settle(hold, used=used)
    else:
        ledger.release(hold)


def made_share(job: Job) -> float:
    """0…1, of the steps of all segments: by the newest preview, step or stage, whichever tells most.

    Whatever the last failure left behind counts no more: it was ours, and free. What an attempt that was
    interrupted made does count: it was seen.
    """
    events = job.events.filter(seq__gt=_last_failure(job))
    plan = _last(events, "plan")
    if not plan or not plan.get("steps"):
        return 0.0
    if events.filter(kind="stage", data__stage__in=[stage.value for stage in SAMPLED]).exists():
        return 1.0
    step, preview = _last(events, "step"), _last(events, "preview")
    each = plan["steps"] / max(1, plan.get("segments", 1))
    shown = preview["segment"] * each + preview["step"] if preview else 0.0
    return float(min(1.0, max(step.get("done", 0), shown) / plan["steps"]))


def _last_failure(job: Job) -> int:
    failed = job.events.filter(kind=State.FAILED).order_by("-seq").values_list("seq", flat=True)
    return failed.first() or 0


def _last(events: Any, kind: str) -> dict[str, Any]:
    newest: JobEvent | None = events.filter(kind=kind).order_by("-seq").first()
    return newest.data if newest else {}
