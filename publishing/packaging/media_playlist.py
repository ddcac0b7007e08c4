"""The playlist of one rung, mended where ffmpeg writes what RFC 8216 forbids or players stumble over."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHORTEST = 0.25  # seconds; and so no segment lasts so long that it would be rounded up to another second
DURATION, TARGET, END = "#EXTINF:", "#EXT-X-TARGETDURATION:", "#EXT-X-ENDLIST"


@dataclass(frozen=True)
class Segment:
    """A file beside the playlist, and how many seconds of the clip it holds."""

    path: Path
    seconds: float


def segments(playlist: Path) -> list[Segment]:
    """Those that `playlist` names, in order."""
    lines = iter(playlist.read_text(encoding="utf-8").splitlines())
    return [
        Segment(playlist.parent / next(lines), float(line.removeprefix(DURATION).rstrip(",")))
        for line in lines
        if line.startswith(DURATION)
    ]


def mend(playlist: Path) -> None:
    """Join a last segment that is shorter than SHORTEST to the one before, and say the target duration.

    A segment of one picture holds hardly any sound or none, and a player must fetch it all the same. The
    target is no less than any segment, rounded (4.3.3.1), nor zero, of which players divide."""
    found = segments(playlist)
    if len(found) > 1 and found[-1].seconds < SHORTEST:
        found[-2:] = [_joined(*found[-2:])]
    header = playlist.read_text(encoding="utf-8").partition(DURATION)[0].splitlines()
    target = max(1, *(math.floor(one.seconds + 0.5) for one in found))
    lines = [f"{TARGET}{target}" if line.startswith(TARGET) else line for line in header]
    for one in found:
        lines += [f"{DURATION}{one.seconds:.6f},", one.path.name]
    playlist.write_text("\n".join([*lines, END]) + "\n", encoding="utf-8")


def _joined(sooner: Segment, later: Segment) -> Segment:
    """Both in the file of the sooner: the fragments of the later without its own heading (`styp`, `sidx`)."""
    with sooner.path.open("ab") as file:
        file.writelines(box for kind, box in _boxes(later.path.read_bytes()) if kind in (b"moof", b"mdat"))
    later.path.unlink()
    return Segment(sooner.path, sooner.seconds + later.seconds)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, whole box) of each box at the top level (ISO/IEC 14496-12, 4.2); ours are below 4 GiB."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at : at + size]
        at += size
