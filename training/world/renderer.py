"""The renderer of the drawn world: a scene in words becomes a clip, and a mask of where its subject is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from training.world import animals, backgrounds, people
from training.world.backgrounds import GROUND, MARGIN, Background
from training.world.canvas import Canvas, Colour
from training.world.motion import OUTLINE, Pose, draw_chess_table, pose_at, wrap
from training.world.scene import COLOURS, FPS, Scene

RGB: dict[str, Colour] = {
    "red": (222, 46, 44),
    "yellow": (250, 198, 36),
    "blue": (44, 106, 222),
    "white": (246, 246, 242),
    "purple": (142, 66, 196),
}
_DRAW_SUBJECT: dict[str, Callable[[Canvas, float, Colour], None]] = {
    "dog": animals.dog,
    "monkey": animals.monkey,
    "woman": people.woman,
    "balloon": animals.balloon,
    "fish": animals.fish,
    "elephant": animals.elephant,
    "dragon boat": people.dragon_boat,
    "leaf elephant": animals.leaf_elephant,
    "balloon man": people.balloon_man,
    "cat": animals.cat,
    "lion dancer": people.lion_dancer,
    "family": people.family,
}
_HEIGHT = {
    "dog": 0.5,
    "monkey": 0.54,
    "woman": 0.64,
    "balloon": 0.56,
    "fish": 0.54,
    "elephant": 0.56,
    "dragon boat": 0.42,
    "leaf elephant": 0.56,
    "balloon man": 0.64,
    "cat": 0.5,
    "lion dancer": 0.5,
    "family": 0.52,
}


def draw(
    background: str,
    subject: str,
    colour: str,
    motion: str,
    *,
    seed: int,
    frames: int,
    size: tuple[int, int],
    camera: str = "still",
) -> NDArray[np.uint8]:
    """Draw a clip at 8 frames a second.

    `size` is (width, height) in pixels, any aspect. The same words and seed give the same clip at every
    size of one aspect, but for its resolution. Returns uint8 RGB (frames, height, width, 3); raises
    KeyError for unknown words.
    """
    return render(Scene(background, subject, colour, motion, camera, seed), frames, size)[0]


def render(
    scene: Scene,
    frames: int,
    size: tuple[int, int],
    *,
    indices: Sequence[int] | None = None,
    cell: int = 8,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The clip as `draw` gives it, and its subject mask: float32 (frames, height // cell, width // cell) in
    0…1, the share of each `cell`×`cell` pixels that the subject covers.

    `indices` draws just these frames of the clip, or of its continuation: behind the last frame, a subject
    that has left the picture comes in on the other side, and the camera stays where it has arrived.
    """
    renderer, chosen = _SceneRenderer(scene, frames, size), range(frames) if indices is None else indices
    clip = np.empty((len(chosen), size[1], size[0], 3), np.uint8)
    masks = np.empty((len(chosen), size[1] // cell, size[0] // cell), np.float32)
    oversampled = renderer.oversampling > 1
    for place, index in enumerate(chosen):
        empty, full = renderer.frame(index)
        clip[place] = cv2.resize(full, size, interpolation=cv2.INTER_AREA) if oversampled else full
        grey = cv2.cvtColor(cv2.absdiff(empty, full), cv2.COLOR_RGB2GRAY)
        changed = cv2.threshold(grey, 6, 1.0, cv2.THRESH_BINARY)[1].astype(np.float32)
        masks[place] = cv2.resize(changed, masks.shape[:0:-1], interpolation=cv2.INTER_AREA)
    return clip, masks


@dataclass
class _SceneRenderer:
    """A scene at one size: the still background, and for every frame a view of it with the subject in place.

    Lengths are in units of the frame's shorter side, which has `unit` pixels; small frames are drawn at twice
    their size (`oversampling`) and averaged.
    """

    scene: Scene
    frames: int
    size: tuple[int, int]
    oversampling: int = field(init=False)

    def __post_init__(self) -> None:
        short = min(self.size)
        self.oversampling = 2 if short <= 160 else 1
        self.unit = short * self.oversampling
        self.width, self.height = self.size[0] / short, self.size[1] / short
        rng = np.random.default_rng([self.scene.seed, 7])
        self.jitter = rng.uniform(-1, 1, 4)
        self.start_phase, self.facing = rng.uniform(0, 1), 1 if rng.uniform() < 0.5 else -1
        self.rival_colour = str(rng.permutation([c for c in COLOURS if c != self.scene.colour])[0])
        self.background = self._draw_background(np.random.default_rng([self.scene.seed, 11]))

    def _draw_background(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        """The background with its margin: uint8 ((height + 2·MARGIN)·unit, (width + 2·MARGIN)·unit, 3)."""
        edge = round(MARGIN * self.unit)
        shape = (round(self.height * self.unit) + 2 * edge, round(self.width * self.unit) + 2 * edge, 3)
        matrix = np.array([[self.unit, 0, edge], [0, self.unit, edge]], np.float64)
        canvas = Canvas(np.zeros(shape, np.uint8), matrix)
        backgrounds.DRAW[self.scene.background](Background(canvas, self.width, self.height), rng)
        return canvas.image

    def frame(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The picture without and with its subject."""
        matrix = self._camera_matrix(min(index / max(self.frames - 1, 1), 1.0))
        empty = self._view_of_background(matrix)
        background = Background(Canvas(empty, matrix), self.width, self.height)
        backgrounds.draw_ambient_motion(self.scene.background, background, index / FPS)
        full = empty.copy()
        self._draw_action(Canvas(full, matrix), index)
        return empty, full

    def _camera_matrix(self, progress: float) -> NDArray[np.float64]:
        """World → picture for the camera at `progress` of the clip."""
        x, y, zoom = {
            "still": (0.0, 0.0, 1.0),
            "pan left": (0.3 - 0.6 * progress, 0.0, 1.0),
            "pan right": (0.6 * progress - 0.3, 0.0, 1.0),
            "zoom in": (0.0, 0.06 * progress, 1.0 + 0.4 * progress),
            "zoom out": (0.0, 0.06 * (1 - progress), 1.4 - 0.4 * progress),
            "descend": (0.0, 0.36 * (progress - 1), 1.0),
        }[self.scene.camera]
        scale = self.unit * zoom
        return np.array(
            [
                [scale, 0, self.unit * self.width / 2 - scale * (self.width / 2 + x)],
                [0, scale, self.unit * self.height / 2 - scale * (self.height / 2 + y)],
            ]
        )

    def _view_of_background(self, camera: NDArray[np.float64]) -> NDArray[np.uint8]:
        width, height = round(self.width * self.unit), round(self.height * self.unit)
        edge = round(MARGIN * self.unit)
        if self.scene.camera == "still":
            return self.background[edge : edge + height, edge : edge + width].copy()
        zoom = camera[0, 0] / self.unit
        inverse = np.array(
            [[1 / zoom, 0, edge - camera[0, 2] / zoom], [0, 1 / zoom, edge - camera[1, 2] / zoom]]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        view = cv2.warpAffine(
            self.background, inverse, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(view, np.uint8)

    def _draw_action(self, canvas: Canvas, index: int) -> None:
        """The subject in its pose at a frame, with what its motion brings along."""
        seconds, scene, jitter = index / FPS, self.scene, self.jitter
        pose = self._pose(index)
        size = _HEIGHT[scene.subject] * (1 + 0.06 * jitter[0]) * min(1.0, 0.62 + 0.38 * self.width)
        room = size * (1.2 if scene.subject == "dragon boat" else 0.75)  # out of sight, but not for long
        x = wrap(0.5 * self.width + 0.09 * self.width * jitter[1] + pose.x, -room, self.width + room)
        y = GROUND * self.height + 0.03 * jitter[2]
        if scene.subject in ("balloon", "fish"):
            y -= 0.1
        phase = self.start_phase + pose.frequency * seconds
        if scene.motion == "race":
            self._draw_rival(canvas, x - pose.facing * 0.16, y - 0.17, size * 0.72, phase + 0.3, pose.facing)
            self._draw_speed_lines(canvas, x, y, size, seconds, pose.facing)
        feet = wrap(y + pose.y, -0.1, self.height + 1.1 * size)
        self._draw_subject(canvas, scene.colour, x, feet, size * pose.scale, phase, pose)
        if scene.motion == "play" and scene.subject != "family":
            draw_chess_table(canvas.transformed(x + 0.3 * pose.facing, y + 0.02, 1.0, pose.facing), seconds)

    def _pose(self, index: int) -> Pose:
        return pose_at(
            self.scene.motion,
            seconds=index / FPS,
            progress=index / max(self.frames - 1, 1),
            clip_seconds=self.frames / FPS,
            facing=self.facing,
            width=self.width,
        )

    def _draw_subject(
        self, canvas: Canvas, colour: str, x: float, y: float, size: float, phase: float, pose: Pose
    ) -> None:
        placed = canvas.transformed(x, y, size, pose.facing * pose.scale_x, pose.scale_y)
        draw_subject = _DRAW_SUBJECT[self.scene.subject]
        draw_subject(placed.outlined(OUTLINE / 2 / max(size, 0.1)), phase, RGB[colour])
        draw_subject(placed, phase, RGB[colour])

    def _draw_rival(self, canvas: Canvas, x: float, y: float, size: float, phase: float, facing: int) -> None:
        self._draw_subject(canvas, self.rival_colour, x, y, size, phase, Pose(facing=facing))

    def _draw_speed_lines(
        self, canvas: Canvas, x: float, y: float, size: float, seconds: float, facing: int
    ) -> None:
        boat = 0.5 * size if self.scene.subject == "dragon boat" else 0
        for k, height in enumerate((0.2, 0.5, 0.8)):
            start = x - facing * (0.72 * size + 0.06 * ((seconds * 3 + 0.4 * k) % 1.0) + boat)
            top = y - height * size
            canvas.stroke([(start, top), (start - facing * 0.16, top)], 0.018, (252, 252, 252), 0.006)
