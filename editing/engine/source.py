"""The file of a clip, a still or a track, with what its header says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from library.media.guard.container import open_container
from library.media.probe import Probe, probe
from library.media.shapes import even

UNSPECIFIED = 2  # in the colour codes of ISO/IEC 23091-2
HD_SHORT_SIDE = 576  # pixels: a larger video that does not name its matrix is taken for BT.709


@dataclass(frozen=True, slots=True)
class Source:
    """`matrix_named`: whether the file says which matrix its colours are coded with."""

    path: Path
    probe: Probe
    matrix_named: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, upright."""
        return self.probe.width, self.probe.height

    @property
    def even_size(self) -> tuple[int, int]:
        """Its size in even numbers, as 4:2:0 needs it."""
        return even(self.probe.width), even(self.probe.height)

    @property
    def is_untagged_hd(self) -> bool:
        """Whether a decoder would wrongly assume BT.601, as it does where no matrix is named."""
        return not self.matrix_named and min(self.size) > HD_SHORT_SIDE


Sources = Mapping[str, Source]  # by the id the document uses


def open_source(path: Path) -> Source:
    """Probe a media file. Raises what `library.media.probe` raises."""
    found = probe(path)
    return Source(path, found, matrix_named=not found.frames or _matrix(path) != UNSPECIFIED)


def _matrix(path: Path) -> int:
    with open_container(path) as container:
        return int(container.streams.video[0].codec_context.colorspace)
