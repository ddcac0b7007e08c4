"""A picture of a stranger made anew: upright, sRGB, without metadata. Decoded in a guarded child only.

`python -m library.media.ingest.stills SOURCE TARGET PIXELS LEAST_SIDE` is that child; it prints the size it
made.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from library.media import errors
from library.media.guard import apart, process
from library.media.ingest import pictures
from library.media.ingest.inspection import UploadLimits

# 40 million pixels with transparency weigh 160 MB, and a change of profile or of uprightness has two of them.
APART = process.Limits(
    seconds=20, memory=3 * process.GIB, file_bytes=process.GIB // 4, data=process.GIB * 3 // 4
)
JPEG_QUALITY = 92


def still(source: Path, target: Path, *, limits: UploadLimits) -> tuple[int, int]:
    """Encode the picture `source` anew as `target`, a `.png` or a `.jpg`, in a child with hard limits.

    Returns its (width, height). Raises TooManyPixels, TooSmall, Unreadable: nothing is left at `target`."""
    paths = (str(source.absolute()), str(target.absolute()))
    bounds = (str(limits.still_pixels), str(limits.least_side))
    try:
        size = apart.ask("library.media.ingest.stills", *paths, *bounds, limits=APART)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return size["width"], size["height"]


def encode(source: Path, target: Path, *, pixels: int, least_side: int) -> tuple[int, int]:
    """The same in this process. Raises as `still` does."""
    with pictures.refusing(pixels):
        picture = _upright_srgb(source, pixels, least_side)
    options: dict[str, Any] = (
        {"format": "PNG"} if target.suffix == ".png" else {"format": "JPEG", "quality": JPEG_QUALITY}
    )
    kept = picture if target.suffix == ".png" else pictures.over_black(picture)
    kept.save(target, **options)
    return kept.size


def _upright_srgb(source: Path, pixels: int, least_side: int) -> Image.Image:
    with pictures.opened(source) as picture:
        if picture.width * picture.height > pixels:
            raise errors.TooManyPixels(most=pixels // 1_000_000)
        if min(picture.size) < least_side:
            raise errors.TooSmall(width=picture.width, height=picture.height, least=least_side)
        profile = picture.info.get("icc_profile")
        ImageOps.exif_transpose(picture, in_place=True)
        mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
        plain = _to_srgb(picture, profile)
        plain = plain if plain.mode == mode else plain.convert(mode)
        plain.load()
    plain.info.clear()  # no EXIF, no place where it was taken
    return plain


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones take Display P3; without its profile the colours would be wrong. A broken profile is ignored."""
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return (
            ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            or picture
        )
    except (ImageCms.PyCMSError, OSError):
        return picture


def main(source: str, target: str, pixels: str, least_side: str) -> int:
    def work() -> dict[str, Any]:
        size = encode(Path(source), Path(target), pixels=int(pixels), least_side=int(least_side))
        return {"width": size[0], "height": size[1]}

    return apart.answer(work)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
