"""What a job can be, and which moves between those are legal. Plain Python: no framework."""

from enum import StrEnum


class State(StrEnum):
    """A job waits for its inputs, then for a worker, runs, and ends one of three ways."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.QUEUED, State.FAILED, State.CANCELLED}),
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.CANCELLED, State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.DONE: frozenset(),
    State.CANCELLED: frozenset(),
}
UNFINISHED = frozenset({State.WAITING, State.QUEUED, State.RUNNING})
FINAL = frozenset({State.DONE, State.FAILED, State.CANCELLED})


def origins(to: State) -> frozenset[State]:
    """The states from which a job may become `to`."""
    return frozenset(state for state, targets in MOVES.items() if to in targets)
