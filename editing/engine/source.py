"""The file of a clip, a still or a track, with what its header says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from library.media import colour
from library.media.probe import Probe, probe
from library.media.shapes import even


@dataclass(frozen=True, slots=True)
class Source:
    """A file and what is in it."""

    path: Path
    probe: Probe

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, upright."""
        return self.probe.width, self.probe.height

    @property
    def even_size(self) -> tuple[int, int]:
        """Its size in even numbers, as 4:2:0 needs it."""
        return even(self.probe.width), even(self.probe.height)

    def resized(self, size: tuple[int, int]) -> "Source":
        """The same, as its pictures are once they are scaled to `size`."""
        return replace(self, probe=replace(self.probe, width=size[0], height=size[1]))

    @property
    def colours(self) -> colour.Meaning:
        """What its colours mean."""
        return colour.meaning(self.probe.colours)


Sources = Mapping[str, Source]  # by the id the document uses


def open_source(path: Path) -> Source:
    """Probe a media file. Raises what `library.media.probe` raises."""
    return Source(path, probe(path))
