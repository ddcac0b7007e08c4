"""What the runner tells while it works."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news.

    | kind | data |
    |---|---|
    | understood | rewritten_prompt, slots, matched_words, missing, captions, detail (closed-world models only) |
    | loading | model |
    | memory_saving | optimizations (memory ran out; the run begins anew with these) |
    | loaded | seconds, device |
    | plan | segments, steps (of all segments), frames (delivered) |
    | segment | segment, segments, frames (native), resumed |
    | step | segment, step, steps (of this segment), done, total (of all), eta (seconds, or None) |
    | preview | segment, step, jpeg (bytes) |
    | decode | segment, done, total (native frames) |
    | color_match | segment, drift (ΔE from the colours it begins with, taken back) |
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
    """For callers who do not want to know."""


def never() -> None:
    """The check of a run that nobody can cancel."""
