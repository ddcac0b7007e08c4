"""Which way up a picture is meant to be seen: the display matrix of ISO/IEC 14496-12, 8.3.2 (`tkhd`).

How far it turns, av says of a frame. Whether it mirrors is read from the file: the other side data of a frame
may be of a kind that av does not know (EXIF, say), and asking for it then ends in a broken process.
"""

import struct
from dataclasses import dataclass

from av import VideoFrame

TURN, TOLERANCE = 90, 1.0  # degrees; a matrix that turns by anything but quarters is not followed
TRACK_HEADER = b"tkhd"
# By the version of the header: where, after its name, the number of the track and its matrix are.
PLACES = {0: (12, 40), 1: (20, 52)}
LINEAR_PART = ">iixxxxii"  # (a, b, u, c, d) of the matrix


@dataclass(frozen=True)
class Orientation:
    """Counter-clockwise quarter turns, in degrees, and whether top and bottom were exchanged before them."""

    rotation: int = 0
    mirrored: bool = False


def orientation(frame: VideoFrame, movie: bytes, track: int) -> Orientation:
    """How `frame` of the `track` of a `movie_box` is brought upright: not at all where its matrix says
    nothing that can be followed."""
    turns = round(frame.rotation / TURN)
    if abs(frame.rotation - turns * TURN) > TOLERANCE:
        return Orientation()
    return Orientation(turns * TURN % 360, _is_mirrored(movie, track))


def _is_mirrored(movie: bytes, track: int) -> bool:
    """Whether the matrix ((a, b), (c, d)) of a track makes a left hand a right one: its determinant is
    negative."""
    at = movie.find(TRACK_HEADER)
    while at >= 0:
        header = movie[at + len(TRACK_HEADER) : at + 92]
        places = PLACES.get(header[0]) if header else None
        if places and len(header) >= places[1] + 20 and _number(header, places[0]) == track:
            a, b, c, d = struct.unpack_from(LINEAR_PART, header, places[1])
            return a * d - b * c < 0
        at = movie.find(TRACK_HEADER, at + 1)
    return False


def _number(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 4])
