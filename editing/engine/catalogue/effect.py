"""What the catalogue says of an effect: its settings with their bounds, and how it is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from editing.engine.geometry import Size

Stream = Any  # ffmpeg-python has no types
Settings = Mapping[str, float]
Draw = Callable[[Stream, Settings, Size], Stream]


@dataclass(frozen=True, slots=True)
class Setting:
    least: float
    most: float
    default: float


@dataclass(frozen=True, slots=True)
class Effect:
    draw: Draw
    settings: Mapping[str, Setting] = field(default_factory=dict)
