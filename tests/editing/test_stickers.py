"""Stickers: the same still more than once, and stills of either kind."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editing.engine.source import Source, open_source
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


def test_the_largest_still_that_is_taken_can_be_laid_over_an_edit(
    clips: dict[str, Source], rendered: Rendered, tmp_path: Path
) -> None:
    Image.new("RGB", (8000, 5000), (220, 20, 20)).save(tmp_path / "large.png")
    clips["large"] = open_source(tmp_path / "large.png")

    out = rendered(document(cut(0, 0.1), stickers=[RED | {"still": "large"}]))
    assert redness(out, 0.5, 0.5) > 100
