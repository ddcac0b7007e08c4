"""Retiming the picture of a cut: when each frame is shown, at the cut's speed, on the edit's frame grid."""

from fractions import Fraction
from itertools import accumulate, pairwise

from editing.engine.document.speed import Step
from editing.engine.graph.clip_node import ClipNode, Stream, ffmpeg_seconds

# Bidirectional motion estimation, overlapped blocks; nothing is interpolated across a cut within the clip.
MOTION = {"mi_mode": "mci", "mc_mode": "aobmc", "me_mode": "bidir", "vsbmc": 1, "scd": "fdiff"}


def retimed(video: Stream, node: ClipNode) -> Stream:
    """The cut on the edit's frame grid, exactly `span.frames` frames; the last one may be repeated."""
    video = video.filter("setpts", _timestamps(node))
    if node.is_interpolated:
        video = video.filter("minterpolate", fps=node.fps, **MOTION)
    video = video.filter("fps", fps=node.fps, start_time=0)
    if node.cut.freeze is not None:
        video = video.filter("trim", end_frame=1)
    video = video.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=node.span.frames)
    return video.filter("reverse") if node.cut.reverse else video


def _timestamps(node: ClipNode) -> str:
    """The expression for `setpts` that maps time in the source, from the start of the cut, to time in the
    edit."""
    lead, steps = node.window.lead, node.cut.steps
    if len(steps) == 1:
        moved = f"(PTS-{ffmpeg_seconds(lead)}/TB)" if lead else "PTS"
        return moved if steps[0].speed == 1 else f"{moved}/{float(steps[0].speed)}"
    return f"({_curve(lead, steps)})/TB"


def _curve(lead: Fraction, steps: tuple[Step, ...]) -> str:
    """Σ (time spent in each step) / (its speed); the last step has no end."""
    edges = [lead, *accumulate((step.length for step in steps), initial=lead)][1:]
    passed = [
        f"clip(T-{ffmpeg_seconds(begin)},0,{ffmpeg_seconds(end - begin)})/{float(step.speed)}"
        for step, (begin, end) in zip(steps[:-1], pairwise(edges), strict=False)
    ]
    return "+".join([*passed, f"max(T-{ffmpeg_seconds(edges[-2])},0)/{float(steps[-1].speed)}"])
