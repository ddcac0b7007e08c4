"""The sources of a document enlarged by the AI upscaler, where its delivery asks for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from editing.engine.document import Cut, Document
from editing.engine.prerender.intermediate import (
    Counter,
    Picture,
    TimeRange,
    intermediate_path,
    render_intermediate,
)
from editing.engine.prerender.super_resolution import RECEPTIVE_RADIUS, SuperResolutionNet, TiledUpscaler
from editing.engine.source import Source, Sources

FACTORS = (2, 4)
BLUR_SIGMA = 4.0  # pixels of the source
TOLERANCE = 1.05  # of its size: a picture that has to grow by less is left to lanczos
FIT_MODES = (
    "pad",
    "blur",
)  # reframe modes that show the whole picture; all others fill the canvas with a part


@dataclass(frozen=True, slots=True)
class UpscalePlan:
    """How many times larger a source is needed, and which parts of it."""

    factor: int
    ranges: tuple[TimeRange, ...]


def plan_upscale(document: Document, sources: Sources) -> Mapping[str, UpscalePlan]:
    """What has to be enlarged, by the id of its clip; nothing where the upscaler is another."""
    plans: dict[str, UpscalePlan] = {}
    for cut in document.clips if document.delivery.upscaler == "ai" else ():
        factor = _factor(cut, document, sources[cut.clip])
        if factor > 1:
            known = plans.get(cut.clip, UpscalePlan(factor, ()))
            ranges = (*known.ranges, TimeRange(cut.start, cut.end))
            plans[cut.clip] = UpscalePlan(max(factor, known.factor), ranges)
    return plans


def frame_count(document: Document, sources: Sources) -> int:
    """About how many frames `upscale` enlarges."""
    plans = plan_upscale(document, sources).items()
    return sum(part.frame_count(sources[clip]) for clip, plan in plans for part in plan.ranges)


def upscale(document: Document, sources: Sources, *, workdir: Path, counter: Counter) -> Sources:
    """`sources` with those that have to be enlarged replaced by intermediates in `workdir`."""
    enlarged = dict(sources)
    for clip, plan in plan_upscale(document, sources).items():
        width, height = sources[clip].even_size
        enlarged[clip] = render_intermediate(
            sources[clip],
            intermediate_path(workdir, "enlarged", sources[clip], plan),
            ranges=plan.ranges,
            size=(width * plan.factor, height * plan.factor),
            transform=_Upscaler(plan.factor),
            counter=counter,
        )
    return enlarged


class _Upscaler:
    """A transform; the network is loaded with the first picture."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        self._tiled: TiledUpscaler | None = None

    def __call__(self, picture: Picture, seconds: float) -> Picture:
        if self._tiled is None:
            net = SuperResolutionNet(self._factor)
            self._tiled = TiledUpscaler(net, factor=self._factor, radius=RECEPTIVE_RADIUS)
        return back_project(picture, self._tiled(picture))


def back_project(small: Picture, large: Picture) -> Picture:
    """`large` with the low frequencies of `small`: the network brightens flat areas by some levels.

    One step of back-projection (Irani and Peleg, "Improving Resolution by Image Registration", 1991), of
    which only what is coarser than BLUR_SIGMA is kept, so that no noise of the source comes back."""
    height, width = small.shape[:2]
    import cv2  # not for the web process, which imports this module to validate documents

    shrunk = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    error = cv2.GaussianBlur(np.subtract(small, shrunk, dtype=np.float32), (0, 0), BLUR_SIGMA)
    spread = cv2.resize(error, large.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.add(large, spread, dtype=cv2.CV_8U), np.uint8)


def _factor(cut: Cut, document: Document, source: Source) -> int:
    """The smallest factor after which lanczos only has to make the picture smaller, or nearly so."""
    scales = [there / here for there, here in zip(document.size, source.size, strict=True)]
    scale = min(scales) if cut.reframe.mode in FIT_MODES else max(scales)
    if scale <= TOLERANCE:
        return 1
    return next((factor for factor in FACTORS if factor >= scale / TOLERANCE), FACTORS[-1])
