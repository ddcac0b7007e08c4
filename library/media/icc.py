"""ICC profiles of RGB, made for a picture that says its colours in numbers: gAMA and cHRM of a PNG."""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Chromaticities = Sequence[float]  # x and y of white, red, green, blue

D50 = (0.9642, 1.0, 0.8249)  # the white of ICC profiles
# From XYZ to responses of the cones: Lam, "Metamerism and Colour Constancy" (1985), as ICC profiles adapt.
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # g, a, b, c, d: IEC 61966-2-1


def rgb_profile(gamma: float | None, corners: Chromaticities) -> bytes:
    """A matrix profile (ICC.1:2022) of these chromaticities, encoded by a power or, without, by sRGB's curve.

    Raises ValueError for chromaticities that span nothing."""
    columns = _under_d50(corners).T
    named = zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
    tags = {b"wtpt": _xyz(D50), **{name: _xyz(column) for name, column in named}}
    curve = _curve(3, SRGB_CURVE) if gamma is None else _curve(0, (1 / max(gamma, 0.01),))
    return _written(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def _written(tags: dict[bytes, bytes]) -> bytes:
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytearray(128)
    head[:4], head[8:12] = struct.pack(">I", start + len(body)), b"\4\x40\0\0"
    head[12:24], head[36:40] = b"mntrRGB XYZ ", b"acsp"
    head[68:80] = b"".join(map(_fixed, D50))
    return bytes(head) + table + body


def _under_d50(corners: Chromaticities) -> NDArray[np.float64]:
    """Columns: XYZ of red, green and blue under D50 (SMPTE RP 177, then Bradford's adaptation)."""
    points = np.array(corners, float).reshape(4, 2)
    if (points[:, 1] <= 0).any():
        raise ValueError("A chromaticity needs a y above zero.")
    white, *primaries = (np.array([x / y, 1, (1 - x - y) / y]) for x, y in points)
    columns = np.array(primaries).T
    try:
        columns = columns * np.linalg.solve(columns, white)
    except np.linalg.LinAlgError:
        raise ValueError("Three primaries on one line span no colours.") from None
    scale = np.diag((BRADFORD @ D50) / (BRADFORD @ white))
    return np.asarray(np.linalg.inv(BRADFORD) @ scale @ BRADFORD @ columns)


def _curve(kind: int, parameters: Sequence[float]) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + b"".join(map(_fixed, parameters))


def _xyz(values: Sequence[float] | NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, values))


def _fixed(value: float) -> bytes:
    """s15Fixed16Number. Raises ValueError for what it cannot count."""
    if not abs(value) < 32767:
        raise ValueError("A colour profile counts up to 32767.")
    return struct.pack(">i", round(value * 65536))
