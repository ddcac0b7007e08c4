"""Captions drawn by the real libass on black, and where their ink is."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from editing.engine.document import Caption
from editing.engine.text.captions import ass_script
from library.media import fonts
from library.media.guard import ffmpeg

Picture = NDArray[np.uint8]


def drawn(texts: Sequence[str], *, style: str = "title", size: tuple[int, int] = (640, 360)) -> list[Picture]:
    """A grey picture, (height, width) uint8, of each text."""
    return drawn_each([(text, style) for text in texts], size=size)


def drawn_each(styled: Sequence[tuple[str, str]], *, size: tuple[int, int]) -> list[Picture]:
    """The same of texts with their styles: a frame each of one ffmpeg's film."""
    captions = [
        Caption(text=text, start=at, end=at + 1, style=style) for at, (text, style) in enumerate(styled)
    ]
    return drawn_script(ass_script(captions, size=size, fps=1), len(styled), size)


def drawn_script(script: str, frames: int, size: tuple[int, int]) -> list[Picture]:
    width, height = size
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "captions.ass").write_text(script, encoding="utf-8")
        fonts.link_all(folder / "fonts")
        black = ["-f", "lavfi", "-i", f"color=black:s={width}x{height}:r=1:d={frames}"]
        filters = ["-vf", "format=gray,ass=captions.ass:fontsdir=fonts", "-f", "rawvideo", "out.raw"]
        ffmpeg.run([*black, *filters], cwd=folder)
        raw = np.fromfile(folder / "out.raw", np.uint8)
    return list(raw.reshape(frames, height, width))


def inked(picture: Picture) -> Picture:
    """The part of it that holds letters (outlines are nearly black)."""
    down, across = np.nonzero(picture > 60)
    return picture[down.min() : down.max() + 1, across.min() : across.max() + 1]


def alike(one: Picture, other: Picture) -> bool:
    """Whether the same letters are on both, wherever they are."""
    one, other = inked(one), inked(other)
    return one.shape == other.shape and float(np.mean(np.abs(one.astype(int) - other) > 60)) < 0.01
