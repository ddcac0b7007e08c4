"""How the pictures of a generation meet its shape: the aspect that follows them, and what is cut away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from generation.runner.spec import GenerationSpec, Reference
from library.media.shapes import nearest_aspect

Sizes = Mapping[Reference, tuple[int, int]]  # (width, height) in pixels of a picture, upright
LEAST_SHARE = 0.01  # of a picture, that is told of: less is lost to rounding


@dataclass(frozen=True, slots=True)
class Cropped:
    """`share` (0…1) of the `side`, width or height, of the picture `name` is cut away, half at each end."""

    name: str
    side: str
    share: float


def following(spec: GenerationSpec, sizes: Sizes) -> GenerationSpec:
    """`spec` in the aspect nearest to that of its first picture; as it is where it has none."""
    picture = next((reference for name, reference in spec.references() if name != "extends"), None)
    return spec if picture is None else replace(spec, aspect=nearest_aspect(*sizes[picture]))


def cropped(spec: GenerationSpec, sizes: Sizes) -> list[Cropped]:
    """What is cut away of every picture of `spec` that is in `sizes`, where that can be seen."""
    cuts = [_cut(name, sizes[each], spec.size) for name, each in spec.references() if each in sizes]
    return [each for each in cuts if each.share >= LEAST_SHARE]


def _cut(name: str, picture: tuple[int, int], shape: tuple[int, int]) -> Cropped:
    kept = picture[1] * shape[0] / (picture[0] * shape[1])  # of its width, if its height stays whole
    side, share = ("width", 1 - kept) if kept < 1 else ("height", 1 - 1 / kept)
    return Cropped(name, side, round(share, 3))
