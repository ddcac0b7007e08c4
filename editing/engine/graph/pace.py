"""When each picture of a cut is shown: at its speed, on the frame grid of the edit, either way round."""

from fractions import Fraction
from itertools import accumulate, pairwise

from editing.engine.document.speed import Step
from editing.engine.graph.clip_node import ClipNode, Stream, seconds

# Bidirectional motion, overlapped blocks; a cut within the clip is not drawn through.
MOTION = {"mi_mode": "mci", "mc_mode": "aobmc", "me_mode": "bidir", "vsbmc": 1, "scd": "fdiff"}


def timed(video: Stream, shot: ClipNode) -> Stream:
    """The cut's frames on the grid of the edit, exactly `span.frames` of them; a last one may repeat."""
    video = video.filter("setpts", _clock(shot))
    if shot.interpolated:
        video = video.filter("minterpolate", fps=shot.fps, **MOTION)
    video = video.filter("fps", fps=shot.fps, start_time=0)
    if shot.cut.freeze is not None:
        video = video.filter("trim", end_frame=1)
    video = video.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=shot.span.frames)
    return video.filter("reverse") if shot.cut.reverse else video


def _clock(shot: ClipNode) -> str:
    """For `setpts`: the source's time, counted from the cut's beginning, to the edit's."""
    lead, steps = shot.window.lead, shot.cut.steps
    if len(steps) == 1:
        moved = f"(PTS-{seconds(lead)}/TB)" if lead else "PTS"
        return moved if steps[0].speed == 1 else f"{moved}/{float(steps[0].speed)}"
    return f"({_curve(lead, steps)})/TB"


def _curve(lead: Fraction, steps: tuple[Step, ...]) -> str:
    """Σ of what has passed of each step over its speed; the last one never ends."""
    edges = [lead, *accumulate((step.length for step in steps), initial=lead)][1:]
    passed = [
        f"clip(T-{seconds(begin)},0,{seconds(end - begin)})/{float(step.speed)}"
        for step, (begin, end) in zip(steps[:-1], pairwise(edges), strict=False)
    ]
    return "+".join([*passed, f"max(T-{seconds(edges[-2])},0)/{float(steps[-1].speed)}"])
