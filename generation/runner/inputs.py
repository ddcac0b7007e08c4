"""The pictures and the video that a generation begins from, looked at before a model is loaded. No torch."""

from pathlib import Path

from PIL import Image

from generation.runner.errors import PictureUnreadable, VideoUnreadable
from generation.runner.spec import GenerationSpec
from library.media.errors import TooManyPixels, UnknownKind, Unreadable
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
    except (OSError, Unreadable, UnknownKind, TooManyPixels) as broken:
        raise VideoUnreadable(field="extends", file=path.name) from broken
    if not found.frames or found.fps <= 0:
        raise VideoUnreadable(field="extends", file=path.name)
    return found


def _check_picture(name: str, path: Path) -> None:
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise PictureUnreadable(field=name, name=name, file=path.name) from broken
