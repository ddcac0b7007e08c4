"""The drawn world: `draw` renders one clip from four words, a camera and a seed.

Lists hold the core world first, then what the seed's prompts ask for. `held_out` names the combinations
that no training batch may ever contain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from training import figures, people
from training.backdrops import GROUND, MARGIN, PAINTERS, Stage, life
from training.brush import Brush, Colour
from training.motion import RIM, Pose, chess, wrapped
from training.motion import pose as posed

BACKGROUNDS = (
    "coast",
    "neon city",
    "jungle",
    "park",
    "snow mountains",
    "festival street",
    "river",
    "foggy car park",
    "old coast",
    "starry night",
)
SUBJECTS = (
    "dog",
    "monkey",
    "woman",
    "balloon",
    "fish",
    "elephant",
    "dragon boat",
    "leaf elephant",
    "balloon man",
    "cat",
    "lion dancer",
    "family",
)
COLOURS = ("red", "yellow", "blue", "white", "purple")
MOTIONS = ("left", "right", "rise", "toward", "bounce", "turn", "play", "race")
CAMERAS = ("still", "pan left", "pan right", "zoom in", "zoom out", "descend")
CORE = {"background": 5, "subject": 6, "colour": 5, "motion": 4}
FPS = 8

PAINT: dict[str, Colour] = {
    "red": (222, 46, 44),
    "yellow": (250, 198, 36),
    "blue": (44, 106, 222),
    "white": (246, 246, 242),
    "purple": (142, 66, 196),
}
_FIGURES = {
    "dog": figures.dog,
    "monkey": figures.monkey,
    "woman": people.woman,
    "balloon": figures.balloon,
    "fish": figures.fish,
    "elephant": figures.elephant,
    "dragon boat": people.dragon_boat,
    "leaf elephant": figures.leaf_elephant,
    "balloon man": people.balloon_man,
    "cat": figures.cat,
    "lion dancer": people.lion_dancer,
    "family": people.family,
}
_SIZES = {
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


@dataclass(frozen=True)
class Scene:
    """One clip to be drawn. `seed` decides everything the words leave open."""

    background: str
    subject: str
    colour: str
    motion: str
    camera: str = "still"
    seed: int = 0


def held_out(background: str, subject: str, colour: str, motion: str) -> bool:
    """True for the tenth of all combinations that training never sees."""
    sum_ = 7 * BACKGROUNDS.index(background) + 5 * SUBJECTS.index(subject) + 3 * COLOURS.index(colour)
    return (sum_ + MOTIONS.index(motion)) % 10 == 0


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
) -> np.ndarray:
    """Draw a clip at 8 frames a second.

    `size` is (width, height) in pixels, any aspect. The same words and seed give the same clip at every
    size of one aspect, but for its resolution. Returns uint8 RGB (frames, height, width, 3); raises
    KeyError for unknown words.
    """
    return render(Scene(background, subject, colour, motion, camera, seed), frames, size)[0]


def render(
    scene: Scene, frames: int, size: tuple[int, int], *, only: Sequence[int] | None = None, cell: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """The clip as `draw` gives it, and where the subject is: float32 (frames, height // cell, width //
    cell) in 0…1.

    `only` draws just these moments of the clip, or of what would follow: the subject that has left the
    picture comes in on the other side, the camera stays where it has arrived.
    """
    take, moments = _Take(scene, frames, size), range(frames) if only is None else only
    clip = np.empty((len(moments), size[1], size[0], 3), np.uint8)
    masks = np.empty((len(moments), size[1] // cell, size[0] // cell), np.float32)
    for index, moment in enumerate(moments):
        empty, full = take.frame(moment)
        clip[index] = cv2.resize(full, size, interpolation=cv2.INTER_AREA) if take.super > 1 else full
        grey = cv2.cvtColor(cv2.absdiff(empty, full), cv2.COLOR_RGB2GRAY)
        changed = cv2.threshold(grey, 6, 1.0, cv2.THRESH_BINARY)[1].astype(np.float32)
        masks[index] = cv2.resize(changed, masks.shape[:0:-1], interpolation=cv2.INTER_AREA)
    return clip, masks


@dataclass
class _Take:
    """A scene at one size: the painted backdrop, and for every frame a view of it with the subject in
    place."""

    scene: Scene
    frames: int
    size: tuple[int, int]
    super: int = field(init=False)

    def __post_init__(self) -> None:
        short = min(self.size)
        self.super = 2 if short <= 160 else 1
        self.unit = short * self.super
        self.wide, self.high = self.size[0] / short, self.size[1] / short
        rng = np.random.default_rng([self.scene.seed, 7])
        self.jitter = rng.uniform(-1, 1, 4)
        self.beat0, self.faces = rng.uniform(0, 1), 1 if rng.uniform() < 0.5 else -1
        self.rival = rng.permutation([c for c in COLOURS if c != self.scene.colour])[0]
        self.backdrop = self._paint(np.random.default_rng([self.scene.seed, 11]))

    def _paint(self, rng: np.random.Generator) -> np.ndarray:
        """The backdrop with its margin; `uint8 ((high + 2·MARGIN)·unit, (wide + 2·MARGIN)·unit, 3)`."""
        edge = round(MARGIN * self.unit)
        shape = (round(self.high * self.unit) + 2 * edge, round(self.wide * self.unit) + 2 * edge, 3)
        brush = Brush(
            np.zeros(shape, np.uint8), np.array([[self.unit, 0, edge], [0, self.unit, edge]], np.float64)
        )
        PAINTERS[self.scene.background](Stage(brush, self.wide, self.high), rng)
        return brush.image

    def frame(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The picture without and with its subject."""
        matrix = self._view(min(index / max(self.frames - 1, 1), 1.0))
        empty = self._look(matrix)
        life(self.scene.background, Stage(Brush(empty, matrix), self.wide, self.high), index / FPS)
        full = empty.copy()
        self._act(Brush(full, matrix), index)
        return empty, full

    def _view(self, share: float) -> np.ndarray:
        """World → picture for the camera at `share` of the clip."""
        x, y, zoom = {
            "still": (0.0, 0.0, 1.0),
            "pan left": (0.3 - 0.6 * share, 0.0, 1.0),
            "pan right": (0.6 * share - 0.3, 0.0, 1.0),
            "zoom in": (0.0, 0.06 * share, 1.0 + 0.4 * share),
            "zoom out": (0.0, 0.06 * (1 - share), 1.4 - 0.4 * share),
            "descend": (0.0, 0.36 * (share - 1), 1.0),
        }[self.scene.camera]
        scale = self.unit * zoom
        return np.array(
            [
                [scale, 0, self.unit * self.wide / 2 - scale * (self.wide / 2 + x)],
                [0, scale, self.unit * self.high / 2 - scale * (self.high / 2 + y)],
            ]
        )

    def _look(self, view: np.ndarray) -> np.ndarray:
        width, height = round(self.wide * self.unit), round(self.high * self.unit)
        edge = round(MARGIN * self.unit)
        if self.scene.camera == "still":
            return self.backdrop[edge : edge + height, edge : edge + width].copy()
        zoom = view[0, 0] / self.unit
        back = np.array([[1 / zoom, 0, edge - view[0, 2] / zoom], [0, 1 / zoom, edge - view[1, 2] / zoom]])
        return cv2.warpAffine(
            self.backdrop,
            back,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )

    def _act(self, brush: Brush, index: int) -> None:
        seconds, share = index / FPS, index / max(self.frames - 1, 1)
        pose = posed(self.scene.motion, seconds, share, self.frames / FPS, self.faces, self.wide)
        size = _SIZES[self.scene.subject] * (1 + 0.06 * self.jitter[0]) * min(1.0, 0.62 + 0.38 * self.wide)
        room = size * (1.2 if self.scene.subject == "dragon boat" else 0.75)  # out of sight, but not for long
        x = wrapped(0.5 * self.wide + 0.09 * self.wide * self.jitter[1] + pose.x, -room, self.wide + room)
        y = GROUND * self.high + 0.03 * self.jitter[2]
        if self.scene.subject in ("balloon", "fish"):
            y -= 0.1
        beat = self.beat0 + pose.pace * seconds
        if self.scene.motion == "race":
            self._rival(brush, x - pose.faces * 0.16, y - 0.17, size * 0.72, beat + 0.3, pose.faces)
            self._streaks(brush, x, y, size, seconds, pose.faces)
        feet = wrapped(y + pose.y, -0.1, self.high + 1.1 * size)
        self._figure(brush, self.scene.colour, x, feet, size * pose.size, beat, pose)
        if self.scene.motion == "play" and self.scene.subject != "family":
            chess(brush.placed(x + 0.3 * pose.faces, y + 0.02, 1.0, pose.faces), seconds)

    def _figure(
        self, brush: Brush, colour: str, x: float, y: float, size: float, beat: float, pose: Pose
    ) -> None:
        placed = brush.placed(x, y, size, pose.faces * pose.wide, pose.tall)
        paint = _FIGURES[self.scene.subject]
        paint(placed.outlined(RIM / 2 / max(size, 0.1)), beat, PAINT[colour])
        paint(placed, beat, PAINT[colour])

    def _rival(self, brush: Brush, x: float, y: float, size: float, beat: float, faces: int) -> None:
        self._figure(brush, self.rival, x, y, size, beat, Pose(faces=faces))

    def _streaks(self, brush: Brush, x: float, y: float, size: float, seconds: float, faces: int) -> None:
        for k, tall in enumerate((0.2, 0.5, 0.8)):
            start = x - faces * (
                0.72 * size
                + 0.06 * ((seconds * 3 + 0.4 * k) % 1.0)
                + (0.5 * size if self.scene.subject == "dragon boat" else 0)
            )
            brush.stroke(
                [(start, y - tall * size), (start - faces * 0.16, y - tall * size)],
                0.018,
                (252, 252, 252),
                0.006,
            )
