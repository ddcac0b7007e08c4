"""What can be seen in the drawn world, and one clip of it in words.

Each list holds the core world first, then what the example prompts ask for. `held_out` names the combinations
that no training batch may ever contain.
"""

from __future__ import annotations

from dataclasses import dataclass

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
# What a prompt says of a scene, apart from its camera.
VOCABULARY: dict[str, tuple[str, ...]] = {
    "background": BACKGROUNDS,
    "subject": SUBJECTS,
    "colour": COLOURS,
    "motion": MOTIONS,
}
CORE = {"background": 5, "subject": 6, "colour": 5, "motion": 4}  # how many of each belong to the core world
FPS = 8


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
