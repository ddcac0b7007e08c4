"""Clips whose subject's position is known: synthetic ones, and a photographed face that is moved."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from numpy.typing import NDArray

from editing.engine.tracking import CropTrack
from library.media.h264.encode import Encoder
from tests.typing import not_none
from training import world

Picture = NDArray[np.uint8]
SIZE = (320, 180)


def walk(path: Path, where: Callable[[float], float], *, frames: int = 36, fps: int = 12) -> Path:
    """A red disc on a green field; `where` says, for 0…1 of the clip, how far across its middle is, 0…1."""
    with Encoder(path, width=SIZE[0], height=SIZE[1], fps=fps, crf=12) as encoder:
        for frame in range(frames):
            encoder.write(disc(where(frame / (frames - 1))))
    return path


def disc(across: float) -> Picture:
    field = np.full((SIZE[1], SIZE[0], 3), (70, 140, 80), np.uint8)
    field[::12] = (60, 120, 70)  # texture for the optical flow
    field[:, ::16] = (64, 126, 74)
    cv2.circle(field, (round(across * SIZE[0]), 100), 30, (220, 40, 40), -1)
    return field


def portrait(path: Path, where: Callable[[float], float], *, frames: int = 24, fps: int = 12) -> Path:
    """A photographed face, moved across a grey wall with something bright at the left."""
    file = Path(matplotlib.get_data_path(), "sample_data", "grace_hopper.jpg")
    photo = not_none(cv2.imread(str(file)))[:400, :, ::-1]
    small = cv2.resize(photo, (154, 120), interpolation=cv2.INTER_AREA)
    with Encoder(path, width=640, height=360, fps=fps, crf=16) as encoder:
        for frame in range(frames):
            wall = np.full((360, 640, 3), 120, np.uint8)
            wall[40:120, 20:100] = (250, 60, 20)
            left = round(where(frame / (frames - 1)) * 640) - 77
            wall[200:320, left : left + 154] = small
            encoder.write(wall)
    return path


def synthetic(
    path: Path, scene: world.Scene, *, size: tuple[int, int] = SIZE, frames: int = 24
) -> NDArray[np.float32]:
    """Write a synthetic clip; returns the mask of its subject, (frames, height // 4, width // 4)."""
    clip, masks = world.render(scene, frames, size, cell=4)
    with Encoder(path, width=size[0], height=size[1], fps=world.FPS) as encoder:
        for picture in clip:
            encoder.write(picture)
    return masks


def slideshow(path: Path, pictures: Sequence[Picture], *, each: int, fps: int = 12) -> Path:
    """Still scenes, `each` frames long."""
    with Encoder(path, width=SIZE[0], height=SIZE[1], fps=fps) as encoder:
        for picture in pictures:
            for _ in range(each):
                encoder.write(picture)
    return path


def share_in_view(masks: NDArray[np.float32], lefts: Sequence[float], width: float, whole: float) -> float:
    """How much of the subject, 0…1, a crop `width` of `whole` pixels wide shows whose left edge is at
    `lefts`."""
    return float(
        np.mean([_inside(mask, left / whole, width / whole) for mask, left in zip(masks, lefts, strict=True)])
    )


def _inside(mask: NDArray[np.float32], left: float, width: float) -> float:
    total = np.concatenate([[0.0], np.cumsum(mask.sum(axis=0))])
    low, high = np.interp([left, left + width], np.linspace(0, 1, len(total)), total)
    return float((high - low) / max(total[-1], 1e-9))


def share_in_crop(track: CropTrack, masks: NDArray[np.float32], whole: int) -> float:
    return share_in_view(masks, [x for x, _ in track.positions], track.box.width, whole)


def share_in_middle(track: CropTrack, masks: NDArray[np.float32], whole: int) -> float:
    width = track.box.width
    return share_in_view(masks, [(whole - width) / 2] * len(masks), width, whole)
