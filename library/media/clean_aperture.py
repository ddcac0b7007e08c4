"""The part of a picture that an MP4 or MOV says is meant to be seen: `clap` (ISO/IEC 14496-12, 12.1.4)."""

import struct
from fractions import Fraction

CLAP = struct.pack(">I4s", 40, b"clap")


def clean_size(movie: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the clean aperture that a `movie_box` says of a picture of `size` pixels, or `size`
    where it says none.

    Whole pixels, as ffmpeg crops to them. One that reaches beyond the picture is not followed."""
    at = movie.find(CLAP)
    if at < 0 or len(movie) < at + 40:
        return size
    numbers = struct.unpack_from(">IIIIiIiI", movie, at + 8)
    if 0 in numbers[1::2]:
        return size
    wide, high, right, down = (Fraction(*numbers[pair : pair + 2]) for pair in (0, 2, 4, 6))
    kept = _kept(size[0], wide, right), _kept(size[1], high, down)
    return kept if all(kept) else size


def _kept(length: int, aperture: Fraction, offset: Fraction) -> int:
    """How many of `length` pixels lie in an aperture whose middle is `offset` from theirs; 0 if none may."""
    middle, half = Fraction(length - 1, 2) + offset, (aperture - 1) / 2
    first, last = int(middle - half), int(middle + half)
    return last - first + 1 if middle - half >= 0 and 0 <= first <= last < length else 0
