"""How much memory an edit takes: what its clips and stickers may measure, and what its ffmpeg may fill.

The figures are measured: `data` of ffmpeg 7 with the threads that the graph gives it, with a third on top.
"""

from collections.abc import Iterator, Mapping

from editing.engine import errors
from editing.engine.document import Document
from editing.engine.document.checks import MIXED_BYTES, REVERSED_BYTES
from editing.engine.exact import at_most
from editing.engine.geometry import Size

MIB = 1 << 20
MOST_CLIP_PIXELS = 32 * 3840 * 2160  # of all cuts together: ffmpeg opens all of them at once
MOST_STICKER_PIXELS = 200_000_000  # of all stills as they are decoded, and of all stickers as they are scaled
TALLEST = 2  # canvases, as the widest sticker
BASE, PER_INPUT = 384 * MIB, 96 * MIB  # the program; the stacks and buffers of an input's threads
PER_DELIVERED_PIXEL, PER_CLIP_PIXEL, PER_STICKER_PIXEL = 240, 16, 8  # bytes


def size_errors(document: Document, sizes: Mapping[str, Size]) -> Iterator[errors.FieldError]:
    """Where the clips or stickers of `document` are larger than an edit may hold at once. `sizes`: (width,
    height) in pixels of its clips and stills, by id; what is not there is left out."""
    for index, one in enumerate(document.stickers):
        if one.still in sizes:
            height = one.size(sizes[one.still], document.size)[1]
            tallest = TALLEST * document.size[1]
            if height > tallest:
                most = at_most(one.width * tallest / height)
                yield errors.StickerTooTall(most=most, field=f"stickers[{index}].width")
    if (pixels := clip_pixels(document, sizes)) > MOST_CLIP_PIXELS:
        yield errors.ClipsTooLarge(**_millions(pixels, MOST_CLIP_PIXELS), field="clips")
    if (pixels := sticker_pixels(document, sizes)) > MOST_STICKER_PIXELS:
        yield errors.StickersTooLarge(**_millions(pixels, MOST_STICKER_PIXELS), field="stickers")


def bytes_for(document: Document, sizes: Mapping[str, Size]) -> int:
    """What ffmpeg may fill to render `document`. `sizes` as in `size_errors`, all of them."""
    inputs = len(document.clips) + len(document.music) + len({one.still for one in document.stickers})
    delivered = document.size[0] * document.size[1] * PER_DELIVERED_PIXEL
    if document.delivery.interpolation == "motion":
        delivered *= 2
    mixed = MIXED_BYTES if any(cut.transition for cut in document.clips) else 0
    reversed_ = REVERSED_BYTES if any(cut.reverse for cut in document.clips) else 0
    held = clip_pixels(document, sizes) * PER_CLIP_PIXEL + sticker_pixels(document, sizes) * PER_STICKER_PIXEL
    return BASE + inputs * PER_INPUT + delivered + held + mixed + reversed_


def clip_pixels(document: Document, sizes: Mapping[str, Size]) -> int:
    """Of one picture of every cut."""
    return sum(_area(sizes[cut.clip]) for cut in document.clips if cut.clip in sizes)


def sticker_pixels(document: Document, sizes: Mapping[str, Size]) -> int:
    """Of every still once, and of every size at which one is shown once."""
    shown = [one for one in document.stickers if one.still in sizes]
    stills = {one.still: _area(sizes[one.still]) for one in shown}
    scaled = {(one.still, one.size(sizes[one.still], document.size)) for one in shown}
    return sum(stills.values()) + sum(_area(each) for _, each in scaled)


def _area(size: Size) -> int:
    return size[0] * size[1]


def _millions(pixels: int, most: int) -> dict[str, int]:
    return {"pixels": round(pixels / 1e6), "most": round(most / 1e6)}
