"""The steps of packaging, in their order: label, ladder, cover, signature last."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from library.media.h264.splice import FramesLost, frame_times
from library.media.picture import write_cover
from library.media.probe import probe
from library.media.progress import SILENT, Progress, Stage
from publishing.packaging.identity import Identity
from publishing.packaging.label import Label
from publishing.packaging.ladder import PLAYLIST, Rung, write_hls
from publishing.packaging.master import labelled
from publishing.packaging.provenance import Provenance, sign

DOWNLOAD, COVER = "published.mp4", "cover.jpg"


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
    progress: Progress = SILENT,
) -> Package:
    """Package the delivery master `source` (H.264, closed GOPs) into the folder `out`.

    `label` is None for what no model made: no AI label then. `cover_seconds` is clamped to the clip.
    `progress` gets the frames done of each stage, and may cancel at any time. Raises FFmpegFailed, FramesLost
    or SignatureBroken; running it again over a half-written `out` is fine.
    """
    shape = probe(source)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".work-") as work:
        master, on_frame, check = source, _capped(progress, shape.frames), progress.check
        if label:
            progress.stage(Stage.LABELLING, shape.frames)
            folder = Path(work)
            master = labelled(source, label=label, shape=shape, folder=folder, on_frame=on_frame, check=check)
        tags = label.metadata if label else {}
        progress.stage(Stage.TRANSCODING, shape.frames)
        ladder = write_hls(master, out, shape=shape, metadata=tags, on_frame=on_frame, check=check)
        write_cover(master, out / COVER, seconds=max(0.0, min(cover_seconds, shape.seconds - 1 / shape.fps)))
        progress.stage(Stage.SIGNING, 1)
        progress.step(0)
        sign(
            master,
            out / DOWNLOAD,
            provenance=provenance,
            generated=label is not None,
            title=title,
            identity=identity,
        )
    verify_frames(source, out / DOWNLOAD)
    progress.step(1)
    return Package(
        out, shape.width, shape.height, shape.fps, shape.frames, shape.seconds, rungs=tuple(ladder)
    )


def _capped(progress: Progress, frames: int) -> Callable[[int], None]:
    """Reports the frames that ffmpeg counts, which may be one more than there are."""
    return lambda frame: progress.step(min(frame, frames))


def verify_frames(source: Path, published: Path) -> None:
    """Raises FramesLost unless `published` shows every frame of `source`, each at the same time."""
    if frame_times(source) != frame_times(published):
        raise FramesLost(f"{published} does not show the frames of {source}.")
