"""The shape of a master: upright, square pixels, even sides, no side of 1080 exceeded by the shorter one.

Nothing is stretched. Pictures of another shape than the first (a turned phone, another window of a shared
screen) are shown whole within its frame, and what an odd side has too many is cut off.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from library.media.probe import Probe

MASTER_SHORT = 1080  # pixels
SAME_SHAPE = 0.02  # by how much of it the aspect of a picture may be off and still fill the frame
# By (counter-clockwise degrees, mirrored): what brings a picture upright.
UPRIGHT = {
    (0, False): (),
    (90, False): ("transpose=cclock",),
    (180, False): ("hflip", "vflip"),
    (270, False): ("transpose=clock",),
    (0, True): ("vflip",),
    (90, True): ("transpose=clock_flip",),
    (180, True): ("hflip",),
    (270, True): ("transpose=cclock_flip",),
}


@dataclass(frozen=True)
class Shape:
    """A picture of `width` × `height` square pixels as it is coded, which `upright` then turns."""

    width: int
    height: int
    upright: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Probe) -> Self:
        shrink = min(Fraction(1), Fraction(MASTER_SHORT, _even_below(min(found.width, found.height))))
        size = round(found.width * shrink), round(found.height * shrink)
        coded = size if found.rotation % 180 == 0 else size[::-1]
        return cls(*coded, UPRIGHT[found.rotation, found.mirrored])

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the master, upright."""
        coded = _even_below(self.width), _even_below(self.height)
        turned = any(name.startswith("transpose") for name in self.upright)
        return coded[::-1] if turned else coded

    @property
    def filters(self) -> str:
        """Filters, the first of which alone sees a size that may change. They keep colours as they are."""
        within = f"scale={self._fit('width')}:{self._fit('height')}:eval=frame:flags=lanczos"
        outer = self.width + self.width % 2, self.height + self.height % 2
        padded = f"pad={outer[0]}:{outer[1]}:-1:-1:eval=frame"
        inner = _even_below(self.width), _even_below(self.height)
        cut = () if inner == outer else (f"crop={inner[0]}:{inner[1]}:0:0",)
        return ",".join((within, padded, *cut, *self.upright, "setsar=1"))

    def _fit(self, side: str) -> str:
        """An expression of `scale`: all of the frame for its own shape, as much as fits for another."""
        own = f"lt(abs(dar*{self.height}/{self.width}-1),{SAME_SHAPE})"
        width, height = self.width, self.height
        if side == "width":
            return f"'if({own},{width},max(2,min({width},round({height}*dar))))'"
        return f"'if({own},{height},max(2,min({height},round({width}/dar))))'"


def _even_below(length: int) -> int:
    """4:2:0 chroma covers two by two."""
    return max(2, length - length % 2)
