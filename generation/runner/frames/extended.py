"""The video that a clip goes on from, at the clip's frame rate, whatever its own is."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from generation.runner import inputs
from generation.runner.frames import source
from generation.runner.frames.canvas import Frame

LATE = Fraction(1, 1000)  # seconds: Matroska rounds the instants of frames to milliseconds


def count(path: Path, fps: int) -> int:
    """How many frames of `fps` a second the video lasts, at least one. Raises VideoUnreadable."""
    found = inputs.video(path)
    if found.fps == fps and not found.variable_rate:
        return found.frames
    return max(1, round(found.seconds * fps))


def frames(path: Path, fps: int) -> Iterator[Frame]:
    """`count` frames of it, at `fps` a second: at each instant the newest one that is shown by then."""
    wanted, shown = iter(range(count(path, fps))), None
    number, begins = next(wanted, None), None
    for instant, frame in source.timed(path):
        begins = instant if begins is None else begins
        while number is not None and shown is not None and instant - begins > Fraction(number, fps) + LATE:
            yield shown
            number = next(wanted, None)
        shown = frame
    while number is not None and shown is not None:
        yield shown
        number = next(wanted, None)
