"""The cuts after each other, in picture and in sound, with a transition where two of them overlap.

Only the frames that overlap go through xfade, which works in 4:4:4: all others stay as they are, and are
spared two conversions each.
"""

from collections.abc import Iterator, Sequence

import ffmpeg

from editing.engine.graph.clip_node import ClipNode, Stream
from editing.engine.graph.framing import PLAIN

SAMPLE_RATE = 48_000


def pictures(shots: Sequence[ClipNode], parts: Sequence[Stream]) -> Stream:
    """One picture of all. `parts`: of each shot, its frames."""
    if len(parts) == 1:
        return parts[0]
    pieces = list(_pieces(shots, [part.filter("format", **PLAIN) for part in parts]))
    return pieces[0] if len(pieces) == 1 else ffmpeg.concat(*pieces, v=1, a=0)


def _pieces(shots: Sequence[ClipNode], parts: Sequence[Stream]) -> Iterator[Stream]:
    """In the order of the edit: what only one cut shows, and what a transition makes of two."""
    leads = [*(shot.span.overlap for shot in shots), 0]
    tail = None
    for shot, part, lead, after in zip(shots, parts, leads, leads[1:], strict=False):
        head, body, next_tail = _parted(part, shot.span.frames, lead, after)
        if lead:
            yield _crossed(tail, head, shot)
        if body is not None:
            yield body
        tail = next_tail


def _parted(part: Stream, frames: int, lead: int, after: int) -> list[Stream | None]:
    """The first `lead` frames, those between, and the last `after`; None where there are none."""
    ranges = [(0, lead), (lead, frames - after), (frames - after, frames)]
    some = [first < last for first, last in ranges]
    if some == [False, True, False]:
        return [None, part, None]
    copies = iter(part.filter_multi_output("split", sum(some))[n] for n in range(sum(some)))
    return [
        _frames(next(copies), *frames_) if there else None
        for there, frames_ in zip(some, ranges, strict=True)
    ]


def _frames(copy: Stream, first: int, last: int) -> Stream:
    return copy.filter("trim", start_frame=first, end_frame=last).filter("setpts", "PTS-STARTPTS")


def _crossed(tail: Stream, head: Stream, shot: ClipNode) -> Stream:
    """As many frames as either of the two has."""
    assert shot.cut.transition is not None, "cuts overlap in a transition only"
    lasting = f"{shot.span.overlap / shot.fps:.6f}"
    pair = [one.filter("fps", fps=shot.fps) for one in (tail, head)]  # setpts forgot the rate; xfade needs it
    crossed = ffmpeg.filter(pair, "xfade", transition=shot.cut.transition.name, duration=lasting, offset=0)
    return crossed.filter("format", **PLAIN)


def sounds(shots: Sequence[ClipNode], parts: Sequence[Stream]) -> Stream:
    """One sound of all; where two overlap, one fades into the other."""
    (_, first), *later = _runs(shots, parts)
    joined = _after_each_other(first)
    for overlap, run in later:
        joined = ffmpeg.filter([joined, _after_each_other(run)], "acrossfade", ns=overlap)
    return joined


def _runs(shots: Sequence[ClipNode], parts: Sequence[Stream]) -> list[tuple[int, list[Stream]]]:
    """Parts that follow each other without overlap, and by how many samples each run overlaps the last."""
    runs: list[tuple[int, list[Stream]]] = []
    for shot, part in zip(shots, parts, strict=True):
        span = shot.span
        if span.overlap or not runs:
            overlap = samples(span.first + span.overlap, shot.fps) - samples(span.first, shot.fps)
            runs.append((overlap, []))
        runs[-1][1].append(part)
    return runs


def _after_each_other(run: list[Stream]) -> Stream:
    return run[0] if len(run) == 1 else ffmpeg.concat(*run, v=0, a=1)


def samples(frame: int, fps: int) -> int:
    """How many samples pass before a frame of the edit."""
    return frame * SAMPLE_RATE // fps
