"""What a picture means is what it is made anew as: depths, gammas, profiles, inks and transparency."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from library.media import icc, srgb
from library.media.ingest import UploadLimits, inspect, still, stills
from tests.library.footage import chunk

MOST = 3  # levels of 255
P3 = (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
REDDISH, AS_SRGB = (180, 60, 50), (196, 47, 41)  # the numbers in Display P3, and those of the same colour
ADOBE_AS_SRGB = (169, 141, 50)  # of 160, 140, 60
GREY, RGB, GREY_ALPHA, RGB_ALPHA = 0, 2, 4, 6  # kinds of PNG
LINEAR, SRGB = chunk(b"gAMA", struct.pack(">I", 100_000)), chunk(b"sRGB", b"\0")
P3_CHUNK = chunk(b"cHRM", struct.pack(">8I", *(round(100_000 * each) for each in P3)))
PLAIN_GAMMA = chunk(b"gAMA", struct.pack(">I", 45_455))
BT709_CHUNK = chunk(
    b"cHRM", struct.pack(">8I", *(round(100_000 * each) for each in srgb.SRGB_CHROMATICITIES))
)


def png(kind: int, value: tuple[int, ...], *, bits: int = 8, extra: bytes = b"") -> bytes:
    """A PNG of 16×16, every pixel `value`."""
    row = b"\0" + struct.pack(">" + ("H" if bits == 16 else "B") * len(value), *value) * 16
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, bits, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(row * 16)) + chunk(b"IEND", b"")


def saved(mode: str, value: Any, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (16, 16), value).save(buffer, form, **options)
    return buffer.getvalue()


def adobe_rgb() -> Image.Exif:
    """What a camera writes that is set to Adobe RGB."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] = 0xFFFF
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = {ExifTags.Interop.InteropIndex: "R03"}
    return exif


def palette(**options: bytes) -> bytes:
    picture, buffer = Image.new("P", (16, 16), 1), io.BytesIO()
    picture.putpalette([0, 0, 0, 200, 30, 60])
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def white_inks() -> bytes:
    """A profile of four inks that are white, as nobody's are."""
    lab = bytes((255, 128, 128))
    head = (
        b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    )
    ramp = bytes(range(256))
    table = head + ramp * 4 + lab * 16 + ramp * 3
    start = 128 + 4 + 12
    profile = bytearray(128) + struct.pack(">I4sII", 1, b"A2B0", start, len(table)) + table
    profile[:4], profile[8:12], profile[12:24] = struct.pack(">I", len(profile)), b"\2\0\0\0", b"prtrCMYKLab "
    profile[36:40], profile[68:80] = b"acsp", struct.pack(">3i", 63190, 65536, 54061)
    return bytes(profile)


KINDS: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "grey of 16 bits": (png(GREY, (0x8080,), bits=16), (128,) * 3),
    "grey of 16 bits, one level clear": (
        png(GREY, (0x8080,), bits=16, extra=chunk(b"tRNS", struct.pack(">H", 0x8080))),
        (128, 128, 128, 0),
    ),
    "grey of 16 bits, another level clear": (
        png(GREY, (0x8080,), bits=16, extra=chunk(b"tRNS", struct.pack(">H", 0x8081))),
        (128, 128, 128, 255),
    ),
    "grey and alpha of 16 bits": (png(GREY_ALPHA, (0x8080, 0x4040), bits=16), (128, 128, 128, 64)),
    "RGB of 16 bits": (png(RGB, (0xC8C8, 0x1E1E, 0x3C3C), bits=16), (200, 30, 60)),
    "RGB and alpha of 16 bits": (
        png(RGB_ALPHA, (0xC8C8, 0x1E1E, 0x3C3C, 0x8080), bits=16),
        (200, 30, 60, 128),
    ),
    "one bit": (saved("1", 1, "PNG"), (255,) * 3),
    "grey and alpha": (saved("LA", (90, 128), "PNG"), (90, 90, 90, 128)),
    "a palette": (palette(), (200, 30, 60)),
    "a palette with transparency": (palette(transparency=b"\0\x64"), (200, 30, 60, 100)),
    "linear light": (png(RGB, (128, 128, 128), extra=LINEAR), (188,) * 3),
    "linear light in grey": (png(GREY, (128,), extra=LINEAR), (188,) * 3),
    "linear light in grey of 16 bits": (png(GREY, (0x8080,), bits=16, extra=LINEAR), (188,) * 3),
    "linear light and alpha": (png(RGB_ALPHA, (128, 128, 128, 77), extra=LINEAR), (188, 188, 188, 77)),
    "a gamma beside the sRGB chunk": (png(RGB, (128, 90, 60), extra=SRGB + LINEAR), (128, 90, 60)),
    "the gamma and chromaticities of sRGB": (
        png(RGB, (20, 90, 60), extra=PLAIN_GAMMA + BT709_CHUNK),
        (20, 90, 60),
    ),
    "chromaticities of Display P3": (png(RGB, REDDISH, extra=PLAIN_GAMMA + P3_CHUNK), AS_SRGB),
    "chromaticities that span nothing": (png(RGB, REDDISH, extra=chunk(b"cHRM", bytes(32))), REDDISH),
    "a profile of Display P3": (
        saved("RGB", REDDISH, "PNG", icc_profile=icc.rgb_profile(None, P3)),
        AS_SRGB,
    ),
    "a profile of Display P3, with alpha": (
        saved("RGBA", (*REDDISH, 99), "PNG", icc_profile=icc.rgb_profile(None, P3)),
        (*AS_SRGB, 99),
    ),
    "a profile of Display P3 in JPEG": (
        saved("RGB", REDDISH, "JPEG", quality=98, icc_profile=icc.rgb_profile(None, P3)),
        AS_SRGB,
    ),
    "a profile of RGB on grey": (
        saved("L", 128, "JPEG", icc_profile=icc.rgb_profile(1.0, srgb.SRGB_CHROMATICITIES)),
        (188,) * 3,
    ),
    "Adobe RGB by its EXIF": (
        saved("RGB", (160, 140, 60), "JPEG", quality=98, exif=adobe_rgb()),
        ADOBE_AS_SRGB,
    ),
    "a broken profile": (saved("RGB", REDDISH, "PNG", icc_profile=b"nothing of the kind"), REDDISH),
    "inks": (saved("CMYK", (0, 204, 204, 51), "JPEG", quality=98), (204, 41, 41)),
    "inks with a profile": (
        saved("CMYK", (0, 204, 204, 51), "JPEG", quality=98, icc_profile=white_inks()),
        (255,) * 3,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_made_anew_as_what_it_means(tmp_path: Path, kind: str) -> None:
    data, wanted = KINDS[kind]
    target = tmp_path / "out.png"
    (tmp_path / "in").write_bytes(data)

    stills.encode(tmp_path / "in", target, pixels=10_000, least_side=16)

    with Image.open(target) as made:
        assert made.mode == ("RGBA" if len(wanted) == 4 else "RGB")
        assert np.abs(np.array(made.getpixel((8, 8)), int) - wanted).max() <= MOST
        assert not made.info


def test_a_picture_of_16_bits_is_read_in_its_child_too(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(KINDS["grey of 16 bits"][0])

    still(tmp_path / "in.png", tmp_path / "out.png", limits=UploadLimits())

    with Image.open(tmp_path / "out.png") as made:
        assert made.getpixel((8, 8)) == (128, 128, 128)


@pytest.mark.slow
def test_a_photo_of_50_megapixels_is_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo, turned = tmp_path / "photo.jpg", tmp_path / "turned.jpg"
    profile = icc.rgb_profile(None, P3)
    Image.new("RGB", (8192, 6144), REDDISH).save(photo, quality=50, exif=exif, icc_profile=profile)

    assert inspect(photo, UploadLimits()).kind.medium == "picture"
    assert still(photo, turned, limits=UploadLimits()) == (6144, 8192)
