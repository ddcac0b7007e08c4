"""`make demo`, as a newcomer runs it, shorter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def test_a_chinese_sentence_comes_out_as_a_labelled_signed_post(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo", "--seconds", "4", "--prompt", "春节,舞狮'; rm -rf ~"]
    subprocess.run(command, cwd=_clone(tmp_path), check=True, timeout=240)

    receipt = json.loads((tmp_path / "out/demo/receipt.json").read_text())
    file = receipt["file"]
    assert (file["width"], file["height"], file["fps"]) == (720, 1280, 30)
    assert file["frames"] == 90 and file["AIGC"]["Label"] == "1" and file["c2pa"] == "Valid"
    assert set(receipt["seconds"]) == {"generate", "trim", "reframe", "publish", "in all"}
    assert receipt["credits"]["held"] == 0


def _clone(folder: Path) -> Path:
    """A working folder whose code is the repository's and whose out/ and var/ are its own."""
    for entry in ROOT.iterdir():
        if entry.name not in {"out", "var"}:
            (folder / entry.name).symlink_to(entry)
    return folder
