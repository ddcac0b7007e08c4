"""The pictures and the video that a generation begins from, looked at before a model is loaded. No torch."""

from pathlib import Path

from generation.runner.errors import PictureUnreadable, VideoUnreadable
from generation.runner.spec import GenerationSpec
from library.media import kinds
from library.media.errors import NoPicture, TooManyPixels, UnknownCodec, UnknownKind, Unreadable
from library.media.guard import ffmpeg
from library.media.ingest import pictures
from library.media.probe import Probe, probe


def check(spec: GenerationSpec) -> None:
    """Raise PictureUnreadable or VideoUnreadable, with the option that names it, for the first that is not
    one."""
    for name, file in spec.references():
        if name == "extends":
            video(Path(file))
        else:
            _check_picture(name, Path(file))


def video(path: Path) -> Probe:
    """What the video at `path` holds, which has at least one picture. Raises VideoUnreadable."""
    try:
        found = probe(path)
    except (OSError, Unreadable, UnknownKind, UnknownCodec, NoPicture, TooManyPixels) as broken:
        raise _no_video(path) from broken
    if not found.frames or found.fps <= 0:
        raise _no_video(path)
    return found


def _no_video(path: Path) -> VideoUnreadable:
    return VideoUnreadable(field="extends", file=path.name, accepted=kinds.names("video"))


def _check_picture(name: str, path: Path) -> None:
    try:
        with pictures.refusing(ffmpeg.MAX_PIXELS), pictures.opened(path) as picture:
            picture.load()
    except (Unreadable, UnknownKind, TooManyPixels) as broken:
        accepted = kinds.names("picture")
        raise PictureUnreadable(field=name, name=name, file=path.name, accepted=accepted) from broken
