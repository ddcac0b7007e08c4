"""Where a picture of one aspect lands on a canvas of another. All lengths in pixels, all even: 4:2:0."""

from dataclasses import dataclass

from library.media.shapes import even

Size = tuple[int, int]  # (width, height)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `x`, `y` is its upper left corner."""

    width: int
    height: int
    x: int
    y: int


def crop_box(source: Size, target: Size, focus: tuple[float, float]) -> Box:
    """The largest part of `source` in the aspect of `target`, as near to centred on `focus` (0…1) as fits."""
    scale = min(source[0] / target[0], source[1] / target[1])
    width, height = (_even_within(side * scale, most) for side, most in zip(target, source, strict=True))
    x, y = _offset(source[0], width, focus[0]), _offset(source[1], height, focus[1])
    return Box(width, height, x, y)


def fit_box(source: Size, target: Size) -> Box:
    """The whole of `source`, as large as it fits into `target`, centred."""
    scale = min(target[0] / source[0], target[1] / source[1])
    width, height = (_even_within(side * scale, most) for side, most in zip(source, target, strict=True))
    return Box(width, height, _offset(target[0], width, 0.5), _offset(target[1], height, 0.5))


def same_aspect(source: Size, target: Size) -> bool:
    """Whether the two differ by no more than the rounding to even numbers can make."""
    box = fit_box(source, target)
    return target[0] - box.width <= 2 and target[1] - box.height <= 2


def _even_within(length: float, most: int) -> int:
    return min(even(length), most // 2 * 2)


def _offset(whole: int, part: int, focus: float) -> int:
    centred = focus * whole - part / 2
    return int(max(0, min(centred, whole - part))) // 2 * 2
