"""What the ledger refuses, what it records on a job that failed, and what interrupts a handler."""

from collections.abc import Mapping
from typing import Any

import errors


class AlreadyFinished(errors.Conflict):
    code = "already-finished"
    message = "This job is already {state}; only one that waits, is queued or runs can be cancelled."
    enum_params = ("state",)


class NotFailed(errors.Conflict):
    code = "not-failed"
    message = "This job is {state}; only a failed one can be tried again."
    enum_params = ("state",)


class PositionUnknown(errors.Invalid):
    """`params`: newest, the number of the last event there is."""

    code = "position-invalid"
    message = "`after` and Last-Event-ID are numbers of events that this job has had: 0 to {newest} by now."


class InputsNotDone(errors.Conflict):
    code = "inputs-not-done"
    message = "What this job is made from is not done; it can be tried again once it is."


class InputsCancelled(errors.Conflict):
    code = "inputs-cancelled"
    message = "What this job is made from was cancelled, so it cannot be tried again. Ask for both anew."


class JobTooLong(errors.Unprocessable):
    """`params`: pool, seconds (as estimated), most (seconds), share (% of it that would be accepted)."""

    code = "job-too-long"
    message = (
        "This would take about {seconds} seconds of the {pool}, and one job may take {most}. Ask for at most "
        "{share} % of it: shorter, smaller, with fewer frames a second, or without interpolation or the AI "
        "upscaler."
    )


class TookTooLong(errors.Unprocessable):
    """Recorded on a job that was stopped by its time-out."""

    code = "took-too-long"
    message = (
        "This took longer than the {seconds} seconds it may take, so it was stopped; nothing was charged. "
        "Ask for less at once: shorter, smaller, or with fewer frames a second."
    )


class ResultGone(errors.Gone):
    """Raised by a handler's `retried`."""

    code = "result-gone"
    message = "What this job was to make has been deleted, or another job makes it now. Ask for it anew."


class InputFailed(errors.Unprocessable):
    """Recorded on a job whose input failed; `because` is the record of the input's own error."""

    code = "input-failed"
    message = "What this is made from failed: {because}"


class InputCancelled(InputFailed):
    """The same where the input was cancelled: its state differs, what it means here does not."""

    message = "What this is made from was cancelled, so this could not be made; nothing was charged."


class JobCancelledError(errors.Conflict):
    """Recorded on a job that was cancelled."""

    code = "cancelled"
    message = "It was cancelled; only what was already made of it was charged."


def is_cancellation(record: Mapping[str, Any]) -> bool:
    """Whether the `record` of a job's error says that this very job was cancelled, not one it waited for."""
    return record.get("code") == JobCancelledError.code


class Internal(errors.Unavailable):
    """Recorded on a job that broke for a reason only the log may tell."""

    code = "internal"
    message = "Something broke on our side; nothing was charged."


class StaleJob(Exception):
    """The move lost a race, or is not legal: the job is no longer in the state it was read in."""


class Interruption(Exception):
    """Raised by `Run.check` inside a handler, which must not catch it: this attempt is over."""


class Cancelled(Interruption):
    """Its owner cancelled the job."""


class Overdue(Interruption):
    """The attempt ran past the job's time-out."""


class LeaseLost(Interruption):
    """The lease expired and the job was reclaimed: whatever this worker makes now is dropped."""


class Hung(Interruption):
    """The handler has not asked for so long whether to go on that it is taken to be stuck."""


class Stopping(Interruption):
    """The worker is asked to stop: the job goes back to the queue and keeps its checkpoint."""
