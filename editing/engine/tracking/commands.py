"""A followed crop as the file ffmpeg's `sendcmd` reads: the render moves it, frame by frame, without us."""

from collections.abc import Iterator
from itertools import pairwise

from editing.engine.tracking.crop_track import CropTrack


def commands(following: CropTrack, crop: str, *, since: float) -> str:
    """One line for every frame at which the filter named `crop` moves.

    `since`: the second of the clip that the filter sees as its zero. A command comes half-way between two
    frames, so that rounding can take neither's neighbour.
    """
    return "".join(f"{second - since:.6f} {order};\n" for second, order in _orders(following, crop))


def _orders(following: CropTrack, crop: str) -> Iterator[tuple[float, str]]:
    frames = zip(following.times, following.places, strict=True)
    for (before, (old_x, old_y)), (now, (x, y)) in pairwise(frames):
        moved = [f"{crop} x {x}"] * (x != old_x) + [f"{crop} y {y}"] * (y != old_y)
        if moved:
            yield (before + now) / 2, ", ".join(moved)
