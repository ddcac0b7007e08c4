"""A still at the size it is laid over a video at, its transparency kept from bleeding. Decoded in a guarded
child only.

`python -m library.media.sticker SOURCE TARGET WIDTH HEIGHT` is that child.
"""

import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from library.media import srgb
from library.media.guard import apart, ffmpeg
from library.media.ingest import pictures
from library.media.ingest.stills import APART

Size = tuple[int, int]  # (width, height) in pixels

SPREAD = 2  # pixels that colour is spread beyond an edge: as far as 4:2:0 and its filters reach
OWN_COLOUR = 16  # of 255: less opaque, and too little is left of a pixel's colour to tell it


def sticker(source: Path, target: Path, size: Size) -> None:
    """Write the still `source` to the PNG `target`: upright, in sRGB, at `size`.

    Raises Unreadable, TooManyPixels."""
    paths = (str(source.absolute()), str(target.absolute()))
    apart.ask("library.media.sticker", *paths, *map(str, size), limits=APART)


def scaled(picture: Image.Image, size: Size) -> Image.Image:
    """RGB or RGBA at `size`. Pillow scales RGBA premultiplied: what is hidden under its transparency does not
    come out at the edges."""
    small = picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
    return _spread(small) if small.mode == "RGBA" else small


def _spread(picture: Image.Image) -> Image.Image:
    """The colours at its edges carried on where it is transparent: a pixel of 4:2:0 chroma is the plain mean
    of four, whatever their opacity, and would take on what is hidden there, or black."""
    alpha = picture.getchannel("A")
    around = picture.convert("RGBa").filter(ImageFilter.BoxBlur(SPREAD)).convert("RGBA")
    is_own = alpha.point(lambda level: min(255, level * 255 // OWN_COLOUR))
    spread = Image.composite(picture.convert("RGB"), around.convert("RGB"), is_own)
    spread.putalpha(alpha)
    return spread


def write(source: Path, target: Path, size: Size) -> None:
    """`sticker` in this process. Raises as it does."""
    with pictures.refusing(ffmpeg.MAX_PIXELS), pictures.opened(source) as picture:
        scaled(srgb.upright_srgb(picture), size).save(target, "PNG", compress_level=1)


def main(source: str, target: str, width: str, height: str) -> int:
    def work() -> dict[str, Any]:
        write(Path(source), Path(target), (int(width), int(height)))
        return {}

    return apart.answer(work)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
