"""One even colour as a video that says, or does not say, how it is coded: computed here, not by ffmpeg.

Matrices and ranges are those of ITU-T H.273; the primaries of BT.709, BT.601 (525 lines), BT.2020 and Display
P3 by their chromaticities.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from library.media.guard import ffmpeg

RGB = tuple[int, int, int]  # of 255, in BT.709
Vector = NDArray[np.float64]

LUMA = {  # shares of red and blue
    "bt709": (0.2126, 0.0722),
    "smpte170m": (0.299, 0.114),
    "bt470bg": (0.299, 0.114),
    "fcc": (0.30, 0.11),
    "smpte240m": (0.212, 0.087),
    "bt2020nc": (0.2627, 0.0593),
}
CORNERS = {  # x and y of red, green and blue; the white of all of them is D65
    "bt709": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "smpte170m": ((0.63, 0.34), (0.31, 0.595), (0.155, 0.07)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte432": ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
}
SAMPLING = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}
FRAMES = 3


@dataclass(frozen=True)
class Painted:
    """How the colour is coded, and what the file says of it; a matrix that is not said is still used."""

    pixels: str = "yuv420p"
    matrix: str = "bt709"
    primaries: str = "bt709"
    full: bool = False
    curve: str = "bt709"  # or srgb, or pq
    size: tuple[int, int] = (64, 64)
    says: str = ""  # for setparams
    encoder: tuple[str, ...] = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "4")
    name: str = "in.mp4"


def painted(folder: Path, colour: RGB, how: Painted) -> Path:
    """Three frames of `colour`."""
    (folder / "raw").write_bytes(_plane_bytes(how, _codes(colour, how)) * FRAMES)
    size, said = f"{how.size[0]}x{how.size[1]}", f"range={'pc' if how.full else 'tv'}{how.says}"
    raw = ["-f", "rawvideo", "-s", size, "-pix_fmt", how.pixels, "-r", "30", "-i", "raw"]
    ffmpeg.run([*raw, "-vf", f"setparams={said}", *how.encoder, how.name], cwd=folder)
    return folder / how.name


def _codes(colour: RGB, how: Painted) -> list[int]:
    """The number of each plane."""
    bits = int(how.pixels[-4:-2]) if how.pixels.endswith("le") else 8
    red, green, blue = _seen_in(how, np.array(colour) / 255)
    if how.matrix == "gbr":
        return [round(value * (2**bits - 1)) for value in (green, blue, red)]
    luma, *chroma = _coded(how.matrix, red, green, blue)
    if how.full:
        most = 2**bits - 1
        return [round(most * luma), *(round(most * each + 2 ** (bits - 1)) for each in chroma)]
    step = 2 ** (bits - 8)
    return [round(step * (16 + 219 * luma)), *(round(step * (128 + 224 * each)) for each in chroma)]


def _coded(matrix: str, red: float, green: float, blue: float) -> tuple[float, float, float]:
    """Luma 0…1 and two chroma −½…½."""
    if matrix == "ycgco":
        return (red + 2 * green + blue) / 4, (2 * green - red - blue) / 4, (red - blue) / 2
    of_red, of_blue = LUMA[matrix]
    luma = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
    return luma, (blue - luma) / (2 - 2 * of_blue), (red - luma) / (2 - 2 * of_red)


def _seen_in(how: Painted, colour: Vector) -> Vector:
    """The same colour in other primaries and another curve."""
    if how.primaries == "bt709" and how.curve in ("bt709", "srgb"):
        return colour
    decode, encode = CURVES[how.curve]
    light = np.linalg.solve(_to_xyz(how.primaries), _to_xyz("bt709") @ decode(colour))
    return encode(light.clip(0))


def _to_xyz(primaries: str) -> Vector:
    """From linear RGB; SMPTE RP 177."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in CORNERS[primaries]]).T
    white = np.array([0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290])
    return np.asarray(columns * np.linalg.solve(columns, white))


def _bt709(light: Vector) -> Vector:
    return np.where(light < 0.018053968, 4.5 * light, 1.099296827 * light**0.45 - 0.099296827)


def _bt709_light(value: Vector) -> Vector:
    return np.where(value < 0.081242858, value / 4.5, ((value + 0.099296827) / 1.099296827) ** (1 / 0.45))


def _srgb(light: Vector) -> Vector:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _srgb_light(value: Vector) -> Vector:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _pq(light: Vector) -> Vector:
    """SMPTE ST 2084, white at 203 cd/m²."""
    power = (light * 203 / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)


def _display_light(value: Vector) -> Vector:
    """BT.1886 with a black of zero: what a display makes of BT.709."""
    return value**2.4


CURVES: dict[str, tuple[Callable[[Vector], Vector], Callable[[Vector], Vector]]] = {
    "bt709": (_bt709_light, _bt709),
    "srgb": (_srgb_light, _srgb),
    "pq": (_display_light, _pq),
}


def _plane_bytes(how: Painted, codes: list[int]) -> bytes:
    width, height = how.size
    kind = "<u2" if how.pixels.endswith("le") else "u1"
    planes = [(width, height)] * 3
    if how.pixels.startswith("gray"):
        planes = [(width, height)]
    elif how.pixels.startswith("yuv"):
        across, down = next(by for name, by in SAMPLING.items() if name in how.pixels)
        planes[1:] = [(-(-width // across), -(-height // down))] * 2
    pairs = zip(codes, planes, strict=False)
    return b"".join(np.full(plane[0] * plane[1], code, kind).tobytes() for code, plane in pairs)
