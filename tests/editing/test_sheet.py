"""The contact sheet: every reframe mode of a clip, at the same times."""

from pathlib import Path

import pytest
from PIL import Image

from editing.engine.document import MODES
from editing.engine.inspect.sheet import GAP, HEIGHT, main
from tests.editing.subjects import walk


@pytest.mark.slow
def test_a_sheet_has_a_row_for_the_clip_and_one_for_each_mode(tmp_path: Path) -> None:
    clip = walk(tmp_path / "a.mp4", lambda share: 0.2 + 0.6 * share, frames=12)

    assert main([str(clip), "--aspect", "1:1", "--out", str(tmp_path / "sheet.jpg")]) == 0
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        rows = (sheet.height - GAP) // (HEIGHT + GAP)
        middles = [
            sheet.crop((0, GAP + at * (HEIGHT + GAP), *sheet.size[:1], (at + 1) * (HEIGHT + GAP)))
            for at in range(rows)
        ]
    assert rows == 1 + len(MODES)
    assert len({row.tobytes() for row in middles}) == rows


def test_a_file_that_is_not_a_clip_is_refused(tmp_path: Path) -> None:
    nothing = tmp_path / "a.mp4"
    nothing.write_bytes(b"nothing")

    assert main([str(nothing), "--out", str(tmp_path / "sheet.jpg")]) == 2
    assert not (tmp_path / "sheet.jpg").exists()
