"""The steps of packaging, in their order: label, ladder, cover, signature last."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from library.media.h264.splice import FramesLost, frame_times
from library.media.picture import write_cover
from library.media.probe import Probe, probe
from publishing.packaging.identity import Identity
from publishing.packaging.label import Label
from publishing.packaging.ladder import PLAYLIST, Rung, write_hls
from publishing.packaging.master import Check, labelled
from publishing.packaging.provenance import Provenance, sign

DOWNLOAD, COVER = "published.mp4", "cover.jpg"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Package:
    """What was written under `folder`: the file people download, the HLS ladder and the cover.

    `files` are relative to `folder`; so are `download`, `playlist` and `cover`.
    """

    folder: Path
    width: int
    height: int
    fps: Fraction
    frames: int
    seconds: float
    rungs: tuple[Rung, ...]
    download: str = DOWNLOAD
    playlist: str = PLAYLIST
    cover: str = COVER

    @property
    def files(self) -> list[str]:
        """Every file a viewer may ask for."""
        laddered = [path for rung in self.rungs for path in sorted((self.folder / rung.folder).iterdir())]
        paths = [str(path.relative_to(self.folder)) for path in laddered]
        return [self.download, self.playlist, self.cover, *paths]


def package(
    source: Path,
    out: Path,
    *,
    label: Label | None,
    provenance: Provenance,
    identity: Identity,
    title: str = "",
    cover_seconds: float = 0.0,
    on_progress: Progress = lambda stage, done, total: None,
    check: Check = lambda: None,
) -> Package:
    """Package the delivery master `source` (H.264, closed GOPs) into the folder `out`.

    `label` is None for what no model made: no AI label then. `cover_seconds` is clamped to the clip.
    `on_progress` is called with (stage, frames done, frames in all); `check` is called often and may raise.
    Raises FFmpegFailed, FramesLost or SignatureBroken; running it again over a half-written `out` is fine.
    """
    shape = probe(source)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".work-") as work:
        master, stage = source, _stages(on_progress, shape)
        if label:
            on_frame = stage("labelling")
            master = labelled(
                source, label=label, shape=shape, folder=Path(work), on_frame=on_frame, check=check
            )
        tags = label.metadata if label else {}
        on_frame = stage("transcoding")
        ladder = write_hls(master, out, shape=shape, metadata=tags, on_frame=on_frame, check=check)
        write_cover(master, out / COVER, seconds=max(0.0, min(cover_seconds, shape.seconds - 1 / shape.fps)))
        on_progress("signing", 0, 1)
        sign(
            master,
            out / DOWNLOAD,
            provenance=provenance,
            generated=label is not None,
            title=title,
            identity=identity,
        )
    verify_frames(source, out / DOWNLOAD)
    on_progress("signing", 1, 1)
    return Package(
        out, shape.width, shape.height, shape.fps, shape.frames, shape.seconds, rungs=tuple(ladder)
    )


def _stages(on_progress: Progress, shape: Probe) -> Callable[[str], Callable[[int], None]]:
    """Makes, for the name of a stage, the callback that reports its frames to `on_progress`."""
    return lambda stage: lambda frame: on_progress(stage, min(frame, shape.frames), shape.frames)


def verify_frames(source: Path, published: Path) -> None:
    """Raises FramesLost unless `published` shows every frame of `source`, each at the same time."""
    if frame_times(source) != frame_times(published):
        raise FramesLost(f"{published} does not show the frames of {source}.")
