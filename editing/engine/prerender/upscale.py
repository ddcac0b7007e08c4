"""The sources of a document made larger by the net, where its delivery asks for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from editing.engine.document import Cut, Document
from editing.engine.prerender.intermediate import Picture, Stretch, Watch, develop, film_in
from editing.engine.prerender.net import REACH, Net
from editing.engine.prerender.tiles import Tiled
from editing.engine.render.source import Source, Sources

FACTORS = (2, 4)
BROAD = 4.0  # pixels of the source: the deviation of the blur
NEARLY = 1.05  # of its size: less than that is left to lanczos
WHOLE = ("pad", "blur")  # framings that show the whole picture; all others fill the canvas with a part of it


@dataclass(frozen=True, slots=True)
class Order:
    """How many times larger a source is needed, and which stretches of it."""

    factor: int
    stretches: tuple[Stretch, ...]


def orders(document: Document, sources: Sources) -> Mapping[str, Order]:
    """What has to be enlarged, by the id of its clip; nothing where the upscaler is another."""
    wanted: dict[str, Order] = {}
    for cut in document.clips if document.delivery.upscaler == "ai" else ():
        factor = _factor(cut, document, sources[cut.clip])
        if factor > 1:
            known = wanted.get(cut.clip, Order(factor, ()))
            stretches = (*known.stretches, Stretch(cut.start, cut.end))
            wanted[cut.clip] = Order(max(factor, known.factor), stretches)
    return wanted


def frames(document: Document, sources: Sources) -> int:
    """About how many pictures `enlarged` has to make."""
    wanted = orders(document, sources).items()
    return sum(part.frames(sources[clip]) for clip, order in wanted for part in order.stretches)


def enlarged(document: Document, sources: Sources, *, workdir: Path, watch: Watch) -> Sources:
    """`sources` with the ordered ones replaced. Films stay in `workdir`: another attempt takes them over."""
    made = dict(sources)
    for clip, order in orders(document, sources).items():
        width, height = sources[clip].even
        made[clip] = develop(
            sources[clip],
            film_in(workdir, "enlarged", sources[clip], order),
            stretches=order.stretches,
            size=(width * order.factor, height * order.factor),
            change=_Enlarger(order.factor),
            watch=watch,
        )
    return made


class _Enlarger:
    """The net over tiles, loaded with the first picture."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        self._tiled: Tiled | None = None

    def __call__(self, picture: Picture, seconds: float) -> Picture:
        if self._tiled is None:
            self._tiled = Tiled(Net(self._factor), factor=self._factor, reach=REACH)
        return true_to(picture, self._tiled(picture))


def true_to(small: Picture, large: Picture) -> Picture:
    """`large` with the broad tones of `small`: the net brightens flat areas by some levels.

    One step of back-projection (Irani and Peleg, Improving Resolution by Image Registration, 1991), of which
    only what is coarser than BROAD is kept, so that no noise of the source comes back."""
    height, width = small.shape[:2]
    import cv2  # not for the web process, which reads this module to validate documents

    shrunk = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    off = cv2.GaussianBlur(np.subtract(small, shrunk, dtype=np.float32), (0, 0), BROAD)
    spread = cv2.resize(off, large.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.add(large, spread, dtype=cv2.CV_8U), np.uint8)


def _factor(cut: Cut, document: Document, source: Source) -> int:
    """The smallest factor after which lanczos only has to make the picture smaller, or nearly so."""
    scales = [there / here for there, here in zip(document.size, source.size, strict=True)]
    scale = min(scales) if cut.reframe.mode in WHOLE else max(scales)
    if scale <= NEARLY:
        return 1
    return next((factor for factor in FACTORS if factor >= scale / NEARLY), FACTORS[-1])
