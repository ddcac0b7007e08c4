"""The file of a clip, a still or a track as the engine sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from library.media.guard.container import open_container
from library.media.probe import Probe, probe
from library.media.shapes import even

UNSPECIFIED = 2  # of ISO/IEC 23091-2 colour codes
HD_SHORT_SIDE = 576  # above it, a video that does not name its matrix is taken for BT.709


@dataclass(frozen=True, slots=True)
class Source:
    """`matrix_named`: whether the file says how its colours are coded."""

    path: Path
    probe: Probe
    matrix_named: bool = True

    @property
    def size(self) -> tuple[int, int]:
        return self.probe.width, self.probe.height

    @property
    def even(self) -> tuple[int, int]:
        """Its size in even numbers, for what is drawn anew in 4:2:0."""
        return even(self.probe.width), even(self.probe.height)

    @property
    def silently_hd(self) -> bool:
        """The decoder would take it for BT.601, which shifts its colours."""
        return not self.matrix_named and min(self.size) > HD_SHORT_SIDE


Sources = Mapping[str, Source]  # by the id the document uses


def open_source(path: Path) -> Source:
    """Look into a media file. Raises what `library.media.probe` raises."""
    found = probe(path)
    return Source(path, found, matrix_named=not found.frames or _matrix(path) != UNSPECIFIED)


def _matrix(path: Path) -> int:
    with open_container(path) as container:
        return int(container.streams.video[0].codec_context.colorspace)
