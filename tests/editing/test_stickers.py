"""Stickers: the same still more than once, stills of any kind, and edges that show nothing hidden."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from editing.engine.source import Source, open_source
from library.media import icc
from library.media.h264.encode import Encoder
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, pictures

RED = {"still": "red", "start": 0, "end": 0.1, "width": 0.2}


def redness(path: Path, x: float, y: float) -> int:
    """How much redder than green the first picture is at `x`, `y`, 0..1 of it."""
    first = pictures(path)[0].astype(int)
    red, green, _ = first[int(y * first.shape[0]), int(x * first.shape[1])]
    return int(red - green)


@pytest.mark.parametrize(
    "second",
    [{"x": 0.8}, {"x": 0.8, "start": 0.05}, {"x": 0.8, "width": 0.3}, {"x": 0.8, "opacity": 0.7}],
    ids=["at another place", "at another time", "larger", "paler"],
)
def test_one_still_is_shown_twice(rendered: Rendered, second: dict[str, float]) -> None:
    out = rendered(document(cut(0, 0.1), stickers=[RED | {"x": 0.2}, RED | second]))

    assert redness(out, 0.2, 0.5) > 100
    late = pictures(out)[-1].astype(int)[48, 128]
    assert late[0] - late[1] > 80


def test_one_still_is_shown_as_often_as_a_document_may(rendered: Rendered) -> None:
    places = [RED | {"x": n / 15, "y": n / 15} for n in range(16)]
    out = rendered(document(cut(0, 0.1), stickers=places))

    assert all(redness(out, 0.02 + 0.96 * n / 15, 0.02 + 0.96 * n / 15) > 100 for n in range(16))


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_still_of_either_kind_is_shown(
    clips: dict[str, Source], rendered: Rendered, tmp_path: Path, suffix: str
) -> None:
    grain = np.random.default_rng(0).integers(0, 40, (300, 400, 3))  # past what is read to tell its kind
    reddish = (grain + np.array((210, 10, 10))).astype(np.uint8)
    Image.fromarray(reddish).save(tmp_path / f"still{suffix}")
    clips["still"] = open_source(tmp_path / f"still{suffix}")

    out = rendered(document(cut(0, 0.1), stickers=[RED | {"still": "still"}]))
    assert redness(out, 0.5, 0.5) > 100


@pytest.mark.slow
def test_the_largest_still_that_is_taken_can_be_laid_over_an_edit(
    clips: dict[str, Source], rendered: Rendered, tmp_path: Path
) -> None:
    Image.new("RGB", (8192, 6144), (220, 20, 20)).save(tmp_path / "large.png")
    clips["large"] = open_source(tmp_path / "large.png")

    out = rendered(document(cut(0, 0.1), stickers=[RED | {"still": "large"}]))
    assert redness(out, 0.5, 0.5) > 100


def even(folder: Path, colour: tuple[int, int, int]) -> Source:
    """Three frames of one colour."""
    with Encoder(folder / "even.mp4", width=160, height=96, fps=30, crf=4) as encoder:
        for _ in range(3):
            encoder.write(np.full((96, 160, 3), colour, np.uint8))
    return open_source(folder / "even.mp4")


def disc(colour: tuple[int, int, int], hidden: tuple[int, int, int]) -> Image.Image:
    """A disc with a soft edge; around it `hidden`, which is transparent."""
    y, x = np.mgrid[:200, :200] - 99.5
    alpha = np.clip(80.5 - np.hypot(x, y), 0, 1)
    pixels = np.where((alpha > 0)[..., None], colour, hidden).astype(np.uint8)
    return Image.fromarray(np.dstack([pixels, np.round(255 * alpha).astype(np.uint8)]))


@pytest.mark.parametrize(
    ("colour", "hidden"),
    [
        ((255, 255, 255), (0, 0, 0)),
        ((255, 255, 255), (0, 255, 0)),
        ((200, 30, 30), (0, 0, 0)),
        ((30, 30, 220), (0, 255, 0)),
        ((0, 0, 0), (255, 255, 255)),
    ],
)
def test_a_sticker_on_its_own_colour_cannot_be_seen(
    clips: dict[str, Source],
    rendered: Rendered,
    tmp_path: Path,
    colour: tuple[int, int, int],
    hidden: tuple[int, int, int],
) -> None:
    disc(colour, hidden).save(tmp_path / "disc.png")
    clips |= {"even": even(tmp_path, colour), "disc": open_source(tmp_path / "disc.png")}

    sticker = RED | {"still": "disc", "width": 0.3}
    seen = pictures(rendered(document(cut(0, 0.1, clip="even"), stickers=[sticker])))[1].astype(int)

    assert np.abs(seen - colour).max() <= 6


def test_a_sticker_half_as_opaque_is_half_seen(
    clips: dict[str, Source], rendered: Rendered, tmp_path: Path
) -> None:
    Image.new("RGBA", (40, 40), (255, 255, 255, 128)).save(tmp_path / "half.png")
    clips |= {"even": even(tmp_path, (0, 0, 0)), "half": open_source(tmp_path / "half.png")}

    out = rendered(document(cut(0, 0.1, clip="even"), stickers=[RED | {"still": "half", "opacity": 0.5}]))

    assert abs(int(pictures(out)[1][48, 80, 0]) - 64) <= 4


P3 = icc.rgb_profile(None, (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06))
RAW: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {  # of (196, 47, 41)
    "inks": (Image.new("CMYK", (64, 48), (0, 194, 202, 59)), "still.jpg", {}),
    "Display P3": (Image.new("RGB", (64, 48), (180, 60, 50)), "still.jpg", {"icc_profile": P3}),
    "progressive": (Image.new("RGB", (64, 48), (196, 47, 41)), "still.jpg", {"progressive": True}),
    "no suffix": (Image.new("RGB", (64, 48), (196, 47, 41)), "still", {}),
}


@pytest.mark.parametrize("kind", RAW)
def test_a_still_that_was_never_uploaded_is_shown_as_what_it_means(
    clips: dict[str, Source], rendered: Rendered, tmp_path: Path, kind: str
) -> None:
    picture, name, options = RAW[kind]
    picture.save(tmp_path / name, "JPEG", quality=98, **options)
    clips["still"] = open_source(tmp_path / name)

    seen = pictures(rendered(document(cut(0, 0.1), stickers=[RED | {"still": "still"}])))[1].astype(int)

    assert np.abs(seen[48, 80] - (196, 47, 41)).max() <= 6


def test_a_still_is_shown_upright(clips: dict[str, Source], rendered: Rendered, tmp_path: Path) -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :100, 2], pixels[:, 100:, 0] = 255, 255  # blue, and to its right red
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its left side
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(pixels)))
    lying.save(tmp_path / "turned.jpg", exif=exif, quality=98)
    clips["turned"] = open_source(tmp_path / "turned.jpg")

    out = rendered(document(cut(0, 0.1), stickers=[RED | {"still": "turned", "width": 0.4}]))

    assert redness(out, 0.4, 0.5) < 50 < 100 < redness(out, 0.6, 0.5)
