"""What a job costs the machines, as estimated when it is asked for, and how long it may therefore take."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LEAST_TIMEOUT = 60.0  # seconds
SLOWER = 4  # how many times longer than estimated a job may take: slow machines, busy neighbours


@dataclass(frozen=True)
class Cost:
    """`seconds` of what its pool has: of one processor core, or of the GPU. `bytes` it leaves in storage.

    `stages`, in their order: how long each takes, in any one unit. The share that is done goes by it.
    """

    seconds: float
    bytes: int = 0
    stages: Mapping[str, float] = field(default_factory=dict)

    def share(self, stage: str, done: int = 0, total: int = 0) -> float:
        """How much of the job is done, 0 to 1, once `done` of `total` steps of `stage` are (total 0: they are
        not counted). Stages that were passed over count as done; of one that is not listed nothing is known:
        0."""
        whole = sum(self.stages.values())
        if stage not in self.stages or not whole:
            return 0.0
        names = list(self.stages)
        before = sum(self.stages[name] for name in names[: names.index(stage)])
        return (before + self.stages[stage] * (min(done / total, 1.0) if total else 0.0)) / whole


def timeout(seconds: float) -> float:
    """Seconds of wall time after which one attempt at a job estimated at `seconds` is stopped."""
    return max(LEAST_TIMEOUT, SLOWER * seconds)
