"""Saliency where there is no face: motion other than the camera's, and contrast to the picture's border.

Chosen by a comparison on synthetic clips whose subject is known (docs/decisions/0010): alone, each was better
than spectral residual saliency (Hou and Zhang 2007) or frequency-tuned contrast (Achanta et al. 2009), and
together better than alone. That the border is mostly background is the prior of Wei et al. (2012).
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editing.engine.tracking.frame_samples import Picture

SHRINK = 2  # optical flow and colours are computed at the sample's size divided by this
MAP_SHRINK = 4  # a map has the sample's size divided by this
GRID = 4  # pixels between the points that the camera's motion is estimated from
NOISE = 0.35  # pixels: motion relative to the camera's below it is noise
EDGE = 1 / 20  # of the picture, on each side, that counts as its border
MOTION_SHARE, CONTRAST_SHARE = 1.0, 0.5
CENTRE_SIGMA = (0.35, 0.45)  # of the Gaussian centre prior, in widths and heights

Map = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SaliencyMaps:
    """Two maps of one frame, (height, width): motion relative to the camera's, in pixels; contrast to the
    border, in standard deviations."""

    motion: Map
    contrast: Map


class SaliencyAnalyser:
    """Analyses the samples of a clip in order; `analyse` compares each with the one before it."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: Picture | None = None

    def analyse(self, picture: Picture) -> SaliencyMaps:
        """`picture`: uint8 RGB, (height, width, 3), of the same size each time."""
        small = np.asarray(_resized(picture, 1 / SHRINK), np.uint8)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
        before = grey if self._before is None else self._before
        # from this frame back to the last one: the flow then lies where things are, not where they were
        flow = self._flow.calc(grey, before, np.empty(0))
        self._before = grey
        motion, contrast = (_resized(one, SHRINK / MAP_SHRINK) for one in (_motion(flow), _contrast(small)))
        return SaliencyMaps(motion, contrast)


def saliency(maps: list[SaliencyMaps]) -> Map:
    """(frames, height, width), 0 and more: the maps of one scene, normalised over the scene and combined."""
    motion = np.stack([one.motion for one in maps])
    contrast = np.stack([one.contrast for one in maps])
    motion = np.clip(motion / max(float(np.percentile(motion, 99.5)), NOISE), 0, 1)
    contrast = np.clip(contrast / np.maximum(np.percentile(contrast, 99.5, (1, 2), keepdims=True), 1), 0, 1)
    both = (MOTION_SHARE * motion + CONTRAST_SHARE * contrast) * _centre_prior(motion.shape[1:])
    return _smoothed(both.astype(np.float32))


def _resized(picture: Any, by: float) -> Any:
    return cv2.resize(picture, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)


def _motion(flow: Any) -> Map:
    """How far each point moved otherwise than a camera that pans, turns or zooms would have moved it."""
    height, width = flow.shape[:2]
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    points = here[::GRID, ::GRID].reshape(-1, 2)
    moved = points + flow[::GRID, ::GRID].reshape(-1, 2)
    camera, _ = cv2.estimateAffinePartial2D(points, moved, method=cv2.RANSAC, ransacReprojThreshold=0.5)
    predicted = np.zeros_like(here) if camera is None else cv2.transform(here, camera) - here
    residual = np.linalg.norm(flow - predicted, axis=-1) - NOISE
    return cv2.GaussianBlur(np.clip(residual, 0, None).astype(np.float32), (0, 0), 1.5)


def _contrast(picture: Picture) -> Map:
    """Mahalanobis distance, in Lab, of every point from the colours along the border."""
    lab = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB), (0, 0), 1).astype(np.float32)
    edge = max(2, round(min(lab.shape[:2]) * EDGE))
    inner = np.zeros(lab.shape[:2], bool)
    inner[edge:-edge, edge:-edge] = True
    border = lab[~inner]
    precision = np.linalg.inv(np.cov(border.T) + 25 * np.eye(3))  # 5 levels: noise and compression
    off = lab - border.mean(axis=0)
    return np.sqrt(np.einsum("hwi,ij,hwj->hw", off, precision, off)).astype(np.float32)


def _centre_prior(shape: tuple[int, ...]) -> Map:
    down, across = (np.linspace(-0.5, 0.5, length) for length in shape)
    horizontal = np.exp(-((across / CENTRE_SIGMA[0]) ** 2) / 2)[None, :]
    return (horizontal * np.exp(-((down / CENTRE_SIGMA[1]) ** 2) / 2)[:, None]).astype(np.float32)


def _smoothed(maps: Map) -> Map:
    """Each frame averaged with its neighbours, so that a single flash does not count as a subject."""
    padded = np.concatenate([maps[:1], maps, maps[-1:]])
    return (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
