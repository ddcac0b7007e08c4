"""Which way up a picture is meant to be seen: the display matrix of ISO/IEC 14496-12, 6.2.2 (`tkhd`)."""

from array import array
from dataclasses import dataclass
from typing import Any

from av import VideoFrame

TURN, TOLERANCE = 90, 1.0  # degrees; a matrix that turns by anything but quarters is not followed


@dataclass(frozen=True)
class Orientation:
    """Counter-clockwise quarter turns, in degrees, and whether top and bottom were exchanged before them."""

    rotation: int = 0
    mirrored: bool = False


def orientation(frame: VideoFrame) -> Orientation:
    """How `frame` is brought upright; as it is coded where its matrix says nothing that can be followed."""
    turns = round(frame.rotation / TURN)
    if abs(frame.rotation - turns * TURN) > TOLERANCE:
        return Orientation()
    return Orientation(turns * TURN % 360, _is_mirrored(frame))


def _is_mirrored(frame: VideoFrame) -> bool:
    """Whether the matrix ((a, b), (c, d)) makes a left hand a right one: its determinant is negative."""
    try:
        told: Any = frame.side_data  # its type in av names motion vectors only
    except ValueError:  # something of a kind that av does not know lies beside it: EXIF, say
        return False
    matrix = told.get("DISPLAYMATRIX")
    if matrix is None:
        return False
    a, b, _, c, d, *_ = array("i", bytes(matrix))
    return a * d - b * c < 0
