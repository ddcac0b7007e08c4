"""A large picture through a net, tile by tile: memory stays flat, and what stands still costs nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from editing.engine.prerender.intermediate import Picture

LARGEST = 384  # pixels of a tile's side


@dataclass(frozen=True, slots=True)
class Tile:
    """What a tile fills (`start` to `end`, of one axis) and what the net has to see for it."""

    start: int
    end: int
    seen_from: int
    seen_to: int


class Tiled:
    """Runs `enlarge` (which makes everything `factor` times larger and sees `reach` pixels far) over tiles.

    A tile that shows what it showed in the picture before is not enlarged again. The result is that of the
    whole picture at once, to the bit.
    """

    def __init__(self, enlarge: Callable[[Picture], Picture], *, factor: int, reach: int) -> None:
        self._enlarge, self._factor, self._reach = enlarge, factor, reach
        self._known: dict[tuple[Tile, Tile], tuple[Picture, Picture]] = {}

    def __call__(self, picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        large = np.empty((height * self._factor, width * self._factor, 3), np.uint8)
        for down, across in product(tiles(height, self._reach), tiles(width, self._reach)):
            seen = picture[down.seen_from : down.seen_to, across.seen_from : across.seen_to]
            large[self._filled(down), self._filled(across)] = self._tile(down, across, seen)
        return large

    def _tile(self, down: Tile, across: Tile, seen: Picture) -> Picture:
        before, fine = self._known.get((down, across), (None, None))
        if before is None or fine is None or not np.array_equal(before, seen):
            fine = self._enlarge(seen)[self._within(down), self._within(across)]
            self._known[down, across] = (seen.copy(), fine)
        return fine

    def _filled(self, tile: Tile) -> slice:
        return slice(tile.start * self._factor, tile.end * self._factor)

    def _within(self, tile: Tile) -> slice:
        return slice((tile.start - tile.seen_from) * self._factor, (tile.end - tile.seen_from) * self._factor)


def tiles(side: int, reach: int) -> Iterator[Tile]:
    """`side` pixels in equal parts of at most LARGEST, each with `reach` pixels more on either side."""
    count = -(-side // LARGEST)
    edges = [side * index // count for index in range(count + 1)]
    for start, end in pairwise(edges):
        yield Tile(start, end, max(0, start - reach), min(side, end + reach))
