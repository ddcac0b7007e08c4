"""What a job costs the machines, as estimated when it is asked for, and how long it may therefore take."""

from dataclasses import dataclass

LEAST_TIMEOUT = 60.0  # seconds
SLOWER = 4  # how many times longer than estimated a job may take: slow machines, busy neighbours


@dataclass(frozen=True)
class Cost:
    """`seconds` of what its pool has: of one processor core, or of the GPU. `bytes` it leaves in storage."""

    seconds: float
    bytes: int = 0


def timeout(seconds: float) -> float:
    """Seconds of wall time after which one attempt at a job estimated at `seconds` is stopped."""
    return max(LEAST_TIMEOUT, SLOWER * seconds)
