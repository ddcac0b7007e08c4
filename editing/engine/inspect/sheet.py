"""`python -m editing.engine.inspect.sheet clip.mp4 --aspect 9:16 --out sheet.jpg`

A contact sheet of every reframe mode: a row for each, above them the clip itself, all at the same times.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from editing.engine.document import MODES, Canvas, Cut, Delivery, Document, Reframe
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media import command_line, fonts
from library.media.guard.container import open_container
from library.media.shapes import ASPECTS, delivery_size

PICTURES, HEIGHT, GAP, MARGIN = 5, 180, 8, 96  # in a row; of each, between them, left of them, in pixels
BACKGROUND, INK = (24, 24, 30), (230, 230, 235)

Picture = Image.Image


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = command_line.Parser(prog="python -m editing.engine.inspect.sheet", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--aspect", choices=list(ASPECTS), default="9:16")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when the sheet is drawn, 2 when the clip or the place to write is refused, 130 after Ctrl-C."""
    return command_line.status_of(lambda: _main(arguments(argv)))


def _main(args: argparse.Namespace) -> int:
    command_line.check_output(args.out)
    draw(open_source(args.clip), args.aspect, args.out)
    return 0


def draw(source: Source, aspect: str, out: Path) -> None:
    """Write the sheet as JPEG to `out`."""
    rows = {"source": _evenly_spaced(source.path, source.probe.frames)}
    with tempfile.TemporaryDirectory() as name:
        for mode in MODES:
            rendered = Path(name, f"{mode}.mp4")
            frames = render(
                _reframed(source, aspect, mode), {"a": source}, rendered, workdir=Path(name)
            ).frames
            rows[mode] = _evenly_spaced(rendered, frames)
    _arranged(rows).save(out, "JPEG", quality=85)


def _reframed(source: Source, aspect: str, mode: str) -> Document:
    canvas = Canvas(size=delivery_size(aspect), aspect=aspect)
    cut = Cut(clip="a", start=0.0, end=source.probe.seconds, reframe=Reframe(mode))
    return Document(canvas, (cut,), delivery=Delivery(short_side=2 * HEIGHT))


def _evenly_spaced(path: Path, frames: int) -> list[Picture]:
    wanted = set(np.linspace(0, frames - 1, PICTURES).astype(int).tolist())
    return [_thumbnail(picture) for number, picture in enumerate(_pictures(path)) if number in wanted]


def _pictures(path: Path) -> Iterator[NDArray[np.uint8]]:
    with open_container(path) as media:
        for frame in media.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _thumbnail(picture: NDArray[np.uint8]) -> Picture:
    image = Image.fromarray(picture)
    return image.resize((round(image.width * HEIGHT / image.height), HEIGHT), Image.Resampling.LANCZOS)


def _arranged(rows: dict[str, list[Picture]]) -> Picture:
    width = max(sum(picture.width + GAP for picture in row) for row in rows.values())
    sheet = Image.new("RGB", (MARGIN + width, len(rows) * (HEIGHT + GAP) + GAP), BACKGROUND)
    drawing, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(fonts.CJK), 18)
    column = width // PICTURES
    for down, (name, row) in enumerate(rows.items()):
        top = GAP + down * (HEIGHT + GAP)
        drawing.text((GAP * 2, top + HEIGHT // 2 - 12), name, fill=INK, font=font)
        for across, picture in enumerate(row):
            sheet.paste(picture, (MARGIN + across * column + (column - picture.width) // 2, top))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
