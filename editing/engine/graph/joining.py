"""The cuts one after another, in picture and in sound, with a transition where two of them overlap.

Only overlapping frames go through xfade, which works in 4:4:4: all others are spared two conversions.
"""

from collections.abc import Iterator, Sequence

import ffmpeg

from editing.engine.graph.clip_node import ClipNode, Stream
from editing.engine.graph.framing import PIXEL_FORMAT

SAMPLE_RATE = 48_000  # hertz


def join_video(nodes: Sequence[ClipNode], videos: Sequence[Stream]) -> Stream:
    """One video stream of `videos`, one for each node."""
    if len(videos) == 1:
        return videos[0]
    pieces = list(_pieces(nodes, [video.filter("format", **PIXEL_FORMAT) for video in videos]))
    return pieces[0] if len(pieces) == 1 else ffmpeg.concat(*pieces, v=1, a=0)


def _pieces(nodes: Sequence[ClipNode], videos: Sequence[Stream]) -> Iterator[Stream]:
    """In the order of the edit: the frames of one cut alone, and the transitions between two."""
    overlaps = [*(node.span.overlap for node in nodes), 0]
    tail = None
    for node, video, before, after in zip(nodes, videos, overlaps, overlaps[1:], strict=False):
        head, body, next_tail = _split(video, node.span.frames, before, after)
        if before:
            yield _transition(tail, head, node)
        if body is not None:
            yield body
        tail = next_tail


def _split(video: Stream, frames: int, before: int, after: int) -> list[Stream | None]:
    """The first `before` frames, those between, and the last `after`; None where there are none."""
    ranges = [(0, before), (before, frames - after), (frames - after, frames)]
    present = [first < last for first, last in ranges]
    if present == [False, True, False]:
        return [None, video, None]
    copies = iter(video.filter_multi_output("split", sum(present))[n] for n in range(sum(present)))
    return [
        _frames(next(copies), *limits) if there else None
        for there, limits in zip(present, ranges, strict=True)
    ]


def _frames(copy: Stream, first: int, last: int) -> Stream:
    return copy.filter("trim", start_frame=first, end_frame=last).filter("setpts", "PTS-STARTPTS")


def _transition(tail: Stream, head: Stream, node: ClipNode) -> Stream:
    """As many frames as each of the two has."""
    assert node.cut.transition is not None, "cuts overlap in a transition only"
    duration = f"{node.span.overlap / node.fps:.6f}"
    pair = [one.filter("fps", fps=node.fps) for one in (tail, head)]  # setpts drops the rate, xfade needs it
    name = node.cut.transition.name
    mixed = ffmpeg.filter(pair, "xfade", transition=name, duration=duration, offset=0)
    return mixed.filter("format", **PIXEL_FORMAT)


def join_audio(nodes: Sequence[ClipNode], audios: Sequence[Stream]) -> Stream:
    """One audio stream of `audios`, one for each node; where two overlap they are crossfaded."""
    (_, first), *later = _runs(nodes, audios)
    joined = _concatenated(first)
    for overlap, run in later:
        joined = ffmpeg.filter([joined, _concatenated(run)], "acrossfade", ns=overlap)
    return joined


def _runs(nodes: Sequence[ClipNode], audios: Sequence[Stream]) -> list[tuple[int, list[Stream]]]:
    """Streams that follow each other without overlap; with each such run, by how many samples it overlaps the
    one before."""
    runs: list[tuple[int, list[Stream]]] = []
    for node, audio in zip(nodes, audios, strict=True):
        span = node.span
        if span.overlap or not runs:
            end, start = (samples_before(at, node.fps) for at in (span.first + span.overlap, span.first))
            runs.append((end - start, []))
        runs[-1][1].append(audio)
    return runs


def _concatenated(run: list[Stream]) -> Stream:
    return run[0] if len(run) == 1 else ffmpeg.concat(*run, v=0, a=1)


def samples_before(frame: int, fps: int) -> int:
    """How many audio samples precede a frame of the edit."""
    return frame * SAMPLE_RATE // fps
