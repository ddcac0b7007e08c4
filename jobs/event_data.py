"""What an event tells, by its kind. The ledger's own are here; a handler declares what else its jobs tell.

The schema is made of these types, and generated clients have them; readers pass over kinds they do not know.
"""

from collections.abc import Mapping
from typing import Literal, NotRequired

from typing_extensions import TypedDict


class NoData(TypedDict):
    """Its kind says all."""


class StoredErrorData(TypedDict):
    """An error as its reader is told of it."""

    code: str
    detail: str


class QueuedData(TypedDict):
    """Nothing when it is queued at first; later, why it is queued again, in the reader's language."""

    because: NotRequired[
        Literal[
            "worker-lost", "worker-stopped", "broke", "hung", "disk-full", "database-away", "storage-away"
        ]
    ]
    detail: NotRequired[str]
    attempts: NotRequired[int]


class EndedData(TypedDict):
    """Why it came to nothing."""

    error: StoredErrorData


class StageData(TypedDict):
    """A stage begins. `label` is its name in the reader's language; `total` 0: its steps are not counted;
    `share`: of the whole job that is done, 0 to 1."""

    stage: str
    label: str
    done: int
    total: int
    share: float


class StepData(StageData):
    """`done` steps of the stage are done; `eta_seconds`: until the job's end, where its engine can tell;
    `segment`: which piece of a long clip is drawn."""

    eta_seconds: NotRequired[float]
    segment: NotRequired[int]


class SavedData(TypedDict):
    """What another attempt will not have to do again was kept."""

    names: list[str]


DATA: Mapping[str, type] = {
    "waiting": NoData,
    "queued": QueuedData,
    "running": NoData,
    "done": NoData,
    "failed": EndedData,
    "cancelled": EndedData,
    "cancelling": NoData,
    "stage": StageData,
    "step": StepData,
    "saved": SavedData,
}
