"""Pictures of strangers opened by Pillow, each as the one format its first bytes say; the moving ones among
them frame by frame. Decoded in a guarded child only.

`python -m library.media.ingest.pictures SOURCE PIXELS SECONDS` is that child where a picture is looked into.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps

from library.media import errors, kinds, srgb
from library.media.guard import apart, process
from library.media.kinds import Kind
from library.media.sniff import sniff

APART = process.Limits(seconds=20, memory=3 * process.GIB, file_bytes=1 << 20, data=process.GIB * 3 // 4)
FORMATS = {  # of Pillow, by container
    "jpeg": ("JPEG",),
    "png": ("PNG",),
    "heic": ("HEIF",),
    "avif": ("AVIF",),
    "webp": ("WEBP",),
    "gif": ("GIF",),
    "bmp": ("BMP",),
}
LOSSLESS = (kinds.PNG, kinds.GIF, kinds.BMP)
BLACK = (0, 0, 0)
# Every browser shows what lasts less than two hundredths of a second for a tenth: so it was meant to look.
LEAST_SECONDS, INSTEAD = 0.02, 0.1


@dataclass(frozen=True)
class Picture:
    """What a picture file holds: the size of its frames in pixels, upright; how many they are and how long
    they last together, in seconds; and whether any of it is transparent."""

    width: int
    height: int
    frames: int
    seconds: float
    transparent: bool

    def kept(self, kind: Kind) -> Kind:
        """The kind it is kept as, if it is a still of `kind`: what loses nothing, or what phones take."""
        return kinds.PNG if kind in LOSSLESS or self.transparent else kinds.JPEG


def look(source: Path, *, pixels: int, seconds: float) -> Picture:
    """What the picture `source` holds, found in a child with hard limits. Raises Unreadable, TooManyPixels,
    and where it moves MovingTooLarge, if its frames have more than `pixels` together, and TooLong."""
    bounds = (str(pixels), str(seconds))
    return Picture(
        **apart.ask("library.media.ingest.pictures", str(source.absolute()), *bounds, limits=APART)
    )


def opened(source: Path) -> Image.Image:
    """The picture `source`, of which nothing is decoded yet; the primary one, where a file has several.

    Raises UnknownKind, Unreadable and what Pillow raises for what is none."""
    kind = sniff(source)
    if kind.medium != "picture":
        raise errors.Unreadable()
    if kind is kinds.HEIC:
        import pillow_heif  # tens of megabytes that no other picture needs

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return Image.open(source, formats=FORMATS[kind.container])


def moving(picture: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """Every frame of `picture` once, upright, with the seconds it lasts."""
    turn = picture.getexif().get(ExifTags.Base.Orientation, 1)
    while True:
        picture.load()
        lasts = float(picture.info.get("duration", 0)) / 1000
        yield _turned(picture, turn), lasts if lasts >= LEAST_SECONDS else INSTEAD
        try:
            picture.seek(picture.tell() + 1)
        except EOFError:
            return


def over_black(frame: Image.Image) -> Image.Image:
    """`frame` as RGB; what is transparent is black, as in a video."""
    return srgb.over(BLACK, frame.convert("RGBA") if frame.has_transparency_data else frame)


@contextmanager
def refusing(pixels: int) -> Iterator[None]:
    """What Pillow raises for damaged or greedy files, as the refusals they are."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise errors.TooManyPixels(most=pixels // 1_000_000) from None
    except (OSError, ValueError, SyntaxError, EOFError) as broken:
        raise errors.Unreadable() from broken


def _turned(frame: Image.Image, orientation: int) -> Image.Image:
    """`frame` upright: formats of several frames say once, of all, how they lie."""
    if orientation == 1:
        return frame
    lying = frame.copy()
    lying.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(lying)


def _look(source: Path, pixels: int, most_seconds: float) -> Picture:
    with refusing(pixels), opened(source) as picture:
        if not (sniff(source).animates and getattr(picture, "is_animated", False)):
            return Picture(*picture.size, 1, 0.0, picture.has_transparency_data)
        frames, seconds, size = 0, 0.0, picture.size
        _require_few(picture, 2, pixels)
        for frame, lasts in moving(picture):
            frames, seconds, size = frames + 1, seconds + lasts, frame.size
            _require_few(picture, frames, pixels)
            if seconds > most_seconds:
                raise errors.TooLong(seconds=round(seconds), most=round(most_seconds))
        return Picture(*size, frames, round(seconds, 6), transparent=True)


def _require_few(picture: Image.Image, frames: int, pixels: int) -> None:
    """Asked before they are decoded: a canvas of many pixels may weigh a few bytes."""
    if picture.width * picture.height * frames > pixels:
        most = pixels // 1_000_000
        raise errors.MovingTooLarge(width=picture.width, height=picture.height, most=most)


def main(source: str, pixels: str, seconds: str) -> int:
    def work() -> dict[str, Any]:
        return asdict(_look(Path(source), int(pixels), float(seconds)))

    return apart.answer(work)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
