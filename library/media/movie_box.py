"""The `moov` box of an MP4 or MOV: what its tracks are (ISO/IEC 14496-12, 8.2)."""

import struct
from pathlib import Path

LONGEST = 32 << 20  # bytes of it that are looked through
LONG_SIZE = 1  # what a box says whose size is 64 bits and follows


def movie_box(path: Path) -> bytes:
    """The content of the box, or as much of it as is looked through; nothing where there is none."""
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:
            size, kind = struct.unpack(">I4s", head)
            if kind == b"moov":
                return file.read(min(size - 8 if size > 8 else LONGEST, LONGEST))
            if size == LONG_SIZE:
                size = int.from_bytes(file.read(8)) - 8
            if size < 8:
                break
            file.seek(size - 8, 1)
    return b""
