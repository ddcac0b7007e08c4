"""The drawn world that the built-in model is trained on: scenes in words, and a renderer of them."""

from training.world.renderer import draw, render
from training.world.scene import (
    BACKGROUNDS,
    CAMERAS,
    COLOURS,
    CORE,
    FPS,
    MOTIONS,
    SUBJECTS,
    VOCABULARY,
    Scene,
    held_out,
)

__all__ = [
    "BACKGROUNDS",
    "CAMERAS",
    "COLOURS",
    "CORE",
    "FPS",
    "MOTIONS",
    "SUBJECTS",
    "VOCABULARY",
    "Scene",
    "draw",
    "held_out",
    "render",
]
