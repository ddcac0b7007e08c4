"""What draws the eye where there is no face: what moves against the camera's own motion, and what differs
from the colours at the picture's border.

Both came out of a comparison on drawn clips whose subject is known (see docs/decisions/0010): alone each was
better than spectral residual saliency (Hou and Zhang 2007) or frequency-tuned contrast (Achanta 2009), and
together better than alone. That the border is mostly background is the prior of Wei et al. 2012.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editing.engine.tracking.proxy import Picture

SHRINK = 2  # of the proxy: flow and colours are looked at this much smaller
MAP = 4  # of the proxy: the grain of what is kept
GRID = 4  # pixels between the points the camera's motion is read from
STILL = 0.35  # pixels of motion beside the camera's that are noise
EDGE = 1 / 20  # of the picture, on each side, that counts as its border
MOTION_SHARE, CONTRAST_SHARE = 1.0, 0.5
CENTRE = (0.35, 0.45)  # sigma of the leaning towards the middle, in widths and heights

Map = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Look:
    """Two maps of one moment: motion beside the camera's, in pixels; contrast to the border, in sigmas."""

    motion: Map
    contrast: Map


class Looker:
    """Looks at one picture after another; `look` compares each with the one before it."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: Picture | None = None

    def look(self, picture: Picture) -> Look:
        """`picture`: uint8 RGB, (height, width, 3), every time of one size."""
        small = np.asarray(_shrunk(picture, 1 / SHRINK), np.uint8)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
        before = grey if self._before is None else self._before
        flow = self._flow.calc(grey, before, np.empty(0))  # backwards: it lies where things are, not were
        self._before = grey
        motion, contrast = (_shrunk(one, SHRINK / MAP) for one in (_moving(flow), _contrast(small)))
        return Look(motion, contrast)


def interest(looks: list[Look]) -> Map:
    """(looks, height, width), each 0…1 and more: the looks of one scene, weighed against each other."""
    motion = np.stack([look.motion for look in looks])
    contrast = np.stack([look.contrast for look in looks])
    motion = np.clip(motion / max(float(np.percentile(motion, 99.5)), STILL), 0, 1)
    contrast = np.clip(contrast / np.maximum(np.percentile(contrast, 99.5, (1, 2), keepdims=True), 1), 0, 1)
    both = (MOTION_SHARE * motion + CONTRAST_SHARE * contrast) * _centred(motion.shape[1:])
    return _steadied(both.astype(np.float32))


def _shrunk(picture: Any, by: float) -> Any:
    return cv2.resize(picture, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)


def _moving(flow: Any) -> Map:
    """How far each point moved otherwise than a camera that pans, turns or zooms would have moved it."""
    height, width = flow.shape[:2]
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    points = here[::GRID, ::GRID].reshape(-1, 2)
    moved = points + flow[::GRID, ::GRID].reshape(-1, 2)
    camera, _ = cv2.estimateAffinePartial2D(points, moved, method=cv2.RANSAC, ransacReprojThreshold=0.5)
    told = np.zeros_like(here) if camera is None else cv2.transform(here, camera) - here
    beside = np.linalg.norm(flow - told, axis=-1) - STILL
    return cv2.GaussianBlur(np.clip(beside, 0, None).astype(np.float32), (0, 0), 1.5)


def _contrast(picture: Picture) -> Map:
    """Mahalanobis distance, in Lab, of every point from the colours along the border."""
    lab = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB), (0, 0), 1).astype(np.float32)
    edge = max(2, round(min(lab.shape[:2]) * EDGE))
    inner = np.zeros(lab.shape[:2], bool)
    inner[edge:-edge, edge:-edge] = True
    border = lab[~inner]
    spread = np.linalg.inv(np.cov(border.T) + 25 * np.eye(3))  # 5 levels: noise and compression
    off = lab - border.mean(axis=0)
    return np.sqrt(np.einsum("hwi,ij,hwj->hw", off, spread, off)).astype(np.float32)


def _centred(shape: tuple[int, ...]) -> Map:
    down, across = (np.linspace(-0.5, 0.5, length) for length in shape)
    fall = np.exp(-((across / CENTRE[0]) ** 2) / 2)[None, :] * np.exp(-((down / CENTRE[1]) ** 2) / 2)[:, None]
    return fall.astype(np.float32)


def _steadied(maps: Map) -> Map:
    """Each moment with its neighbours: what flares up once is not the subject."""
    padded = np.concatenate([maps[:1], maps, maps[-1:]])
    return (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
