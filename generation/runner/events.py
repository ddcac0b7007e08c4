"""Events: what the runner reports while it works."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One of these:

    | kind | data |
    |---|---|
    | understood | what `ParsedPrompt` has, and detail (a sentence of it); closed-world models only |
    | prompt_cut | scenes: of each, at (seconds) and cut, the end of its prompt that the model does not read |
    | loading | model, warm (whether it is loaded already) |
    | memory_saving | optimizations (memory ran out; the run begins again with these) |
    | plan | segments, steps (of all segments), frames (delivered) |
    | segment | segment, segments, frames (native), resumed |
    | step | segment, step, steps (of this segment), done, total (of all), eta (seconds, or None) |
    | checkpoint | segment, step (a run that is killed now goes on from there) |
    | preview | segment, step, jpeg (bytes) |
    | decode | segment, done, total (native frames) |
    | color_match | segment, drift (ΔE between its colours and its predecessor's, corrected) |
    | committed | segment |
    | sampled | (nothing: no step is left, only frames) |
    | frame | done, total (delivered), eta |
    | done | capsule |
    """

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


OnEvent = Callable[[Event], None]
Check = Callable[[], None]


def ignore(event: Event) -> None:
    """For callers who need no events."""
