"""Colour grades: brightness, contrast, saturation, warmth and lift as one lookup table per plane."""

from dataclasses import astuple, dataclass
from typing import Any

BLACK, WHITE, GREY = 16, 235, 128  # of limited-range luma; the middle of both chroma planes


@dataclass(frozen=True, slots=True)
class Grade:
    """`brightness` and `warmth` −1..1, neutral at 0; `contrast` and `saturation` factors; `lift` 0..1 raises
    the blacks, as on faded film."""

    brightness: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    warmth: float = 0.0
    lift: float = 0.0


GRADES = {
    "vivid": Grade(contrast=1.12, saturation=1.45),
    "film": Grade(contrast=1.08, saturation=0.85, warmth=0.12, lift=0.06),
    "faded": Grade(contrast=0.85, saturation=0.7, warmth=0.08, lift=0.15),
    "golden": Grade(brightness=0.03, contrast=1.05, saturation=1.15, warmth=0.45),
    "cold": Grade(contrast=1.05, saturation=0.9, warmth=-0.4),
    "noir": Grade(brightness=-0.03, contrast=1.35, saturation=0.0),
    "sepia": Grade(contrast=0.95, saturation=0.0, warmth=0.55, lift=0.04),
}


def interpolated(grade: Grade, amount: float) -> Grade:
    """`amount` (0..1) of the way from no grade at all to `grade`."""
    pairs = zip(astuple(Grade()), astuple(grade), strict=True)
    return Grade(*(round(none + (full - none) * amount, 5) for none, full in pairs))


def graded(video: Any, grade: Grade) -> Any:
    """`video` through one `lutyuv`: contrast about middle grey; warmth moves blue to red."""
    lift = grade.lift * (WHITE - BLACK)
    shift = grade.brightness * (WHITE - BLACK)
    luma = f"{lift:.3f}*(1-(val-{BLACK})/219)+(val-126)*{grade.contrast}+126+{shift:.3f}"
    chroma = "clip((val-{grey})*{saturation}+{grey}{shift:+.3f},16,240)"
    fill = {"grey": GREY, "saturation": grade.saturation}
    return video.filter(
        "lutyuv",
        y=f"clip({luma},{BLACK},{WHITE})",
        u=chroma.format(shift=-40 * grade.warmth, **fill),
        v=chroma.format(shift=40 * grade.warmth, **fill),
    )
