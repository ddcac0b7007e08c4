"""MoviePy's effects that give a picture for a picture of the same size, by MoviePy's own names.

They are drawn in the darkroom, before the graph and so before every effect of ours. Only what stands here can
be named, and only numbers within these bounds reach MoviePy: it is asked for no other attribute.
"""

from collections.abc import Mapping
from typing import Any

from editing.engine.catalogue.effect import Effect, Setting, Settings, Size, Stream

PREFIX = "moviepy."

FIXED: Mapping[str, Mapping[str, Any]] = {"Rotate": {"expand": False}}  # what keeps the size


def _drawn_already(video: Stream, settings: Settings, size: Size) -> Stream:
    return video


def _effect(**settings: Setting) -> Effect:
    return Effect(_drawn_already, settings)


_seconds = Setting(0.05, 10, 1)

MOVIEPY: dict[str, Effect] = {
    f"{PREFIX}BlackAndWhite": _effect(),
    f"{PREFIX}FadeIn": _effect(duration=_seconds),
    f"{PREFIX}FadeOut": _effect(duration=_seconds),
    f"{PREFIX}GammaCorrection": _effect(gamma=Setting(0.1, 5, 1.5)),
    f"{PREFIX}InvertColors": _effect(),
    f"{PREFIX}LumContrast": _effect(
        lum=Setting(-255, 255, 0), contrast=Setting(-1, 3, 0.3), contrast_threshold=Setting(0, 255, 127)
    ),
    f"{PREFIX}MirrorX": _effect(),
    f"{PREFIX}MirrorY": _effect(),
    f"{PREFIX}MultiplyColor": _effect(factor=Setting(0, 5, 1.2)),
    f"{PREFIX}Painting": _effect(saturation=Setting(0, 3, 1.4), black=Setting(0, 0.1, 0.006)),
    f"{PREFIX}Rotate": _effect(angle=Setting(-360, 360, 15)),
}
