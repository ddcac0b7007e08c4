"""What the colours of a still mean, as sRGB: `library.media.colour` for pictures.

An embedded ICC profile is followed, else what a camera's EXIF says, else the sRGB chunk of a PNG, else its
gAMA and cHRM chunks, as the PNG specification (W3C, third edition, 12.13) orders them; without any of these
the numbers are sRGB.
"""

from io import BytesIO

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps

from library.media import icc

SRGB_GAMMA = 1 / 2.2  # that a PNG in sRGB says for old readers
SRGB_CHROMATICITIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
ADOBE_RGB = "R03"  # cameras say so, and embed no profile: DCF 2.0 (JEITA CP-3461), "option file"
ADOBE_GAMMA, ADOBE_CHROMATICITIES = 256 / 563, (0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
CLOSE = 0.002  # PNG counts hundred-thousandths, writers round as they like
MODES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}  # of a picture, by what its profile describes


def upright_srgb(picture: Image.Image) -> Image.Image:
    """An opened `picture` as RGB, or as RGBA where anything of it is transparent, upright, 8 bits a channel.

    May change `picture`. A broken profile is ignored. Raises what Pillow raises for damaged files."""
    profile = _profile(picture)
    ImageOps.exif_transpose(picture, in_place=True)
    plain = _eight_bits(picture)
    return _from_profile(plain, profile) if profile else _named(plain)


def over(ground: tuple[int, int, int], picture: Image.Image) -> Image.Image:
    """`picture` as RGB; where it is transparent, `ground` is seen, and nothing that was erased."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    plain = Image.new("RGB", picture.size, ground)
    plain.paste(picture, mask=picture.getchannel("A"))
    return plain


def _profile(picture: Image.Image) -> bytes | None:
    """The ICC profile of its colours, if it says that they may be others than sRGB."""
    said = picture.info
    if said.get("icc_profile"):
        return bytes(said["icc_profile"])
    if picture.getexif().get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex) == ADOBE_RGB:
        return icc.rgb_profile(ADOBE_GAMMA, ADOBE_CHROMATICITIES)
    if "srgb" in said or not {"gamma", "chromaticity"} & said.keys():
        return None
    gamma = said.get("gamma") or SRGB_GAMMA
    corners = said.get("chromaticity") or SRGB_CHROMATICITIES
    own_gamma = None if abs(gamma - SRGB_GAMMA) < CLOSE else gamma
    if own_gamma is None and np.abs(np.subtract(corners, SRGB_CHROMATICITIES)).max() < CLOSE:
        return None
    try:
        return icc.rgb_profile(own_gamma, corners)
    except ValueError:
        return None


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits scaled down, where converting it would cut it off."""
    if not picture.mode.startswith("I"):
        return picture
    grey = picture.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if "transparency" in picture.info:
        clear = np.asarray(picture) == picture.info["transparency"]
        grey.putalpha(Image.fromarray(np.where(clear, np.uint8(0), np.uint8(255))))
    return grey


def _named(picture: Image.Image) -> Image.Image:
    """As RGB or RGBA, its numbers as they are."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _from_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """Converted from `profile`; as it is where that is broken or not of its kind."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        space = MODES.get(own.profile.xcolor_space.strip(), "")
        plain = picture if picture.mode in ("CMYK", "L", space) else _named(picture)
        if space == "RGB" and plain.mode in ("L", "CMYK"):
            plain = _named(plain)
        if plain.mode not in (space, f"{space}A"):
            return _named(picture)
        mode = "RGBA" if plain.mode == "RGBA" else "RGB"
        to = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(plain, own, to, outputMode=mode) or plain
    except (ImageCms.PyCMSError, OSError, ValueError):
        return _named(picture)
