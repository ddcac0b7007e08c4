"""Every command line refuses in one line with status 2, before it works, and ends with 130 on Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import editing.engine.__main__
import editing.engine.inspect.sheet
import editing.engine.tracking.__main__
import generation.runner.__main__
import publishing.packaging.__main__
from library.media import command_line
from tests.editing.material import cut, document, numbered

ROOT = Path(__file__).resolve().parents[2]
MAINS: dict[str, Callable[[list[str]], int]] = {
    "runner": generation.runner.__main__.main,
    "engine": editing.engine.__main__.main,
    "tracking": editing.engine.tracking.__main__.main,
    "sheet": editing.engine.inspect.sheet.main,
    "packaging": publishing.packaging.__main__.main,
}
ASK = ["--prompt", "x"]
REFUSED = [
    ("runner", [*ASK, "--out", "none/o.mp4"], "none"),
    ("runner", [*ASK, "--out", "."], "folder"),
    ("runner", [*ASK, "--out", "/proc/o.mp4"], "/proc/o.mp4"),
    ("runner", [*ASK, "--out", f"{'x' * 300}.mp4"], "cannot be written"),
    ("runner", [*ASK, "--out", "o.mp4", "--capsule", "none/c.json"], "none"),
    ("runner", [*ASK, "--out", "o.mp4", "--capsule", "./o.mp4"], "o.mp4"),
    ("runner", [*ASK, "--out", "o.mp4", "--workdir", "junk.mp4"], "junk.mp4"),
    ("runner", [*ASK, "--out", "o.mp4", "--state", "junk.mp4/state"], "junk.mp4"),
    ("runner", [*ASK, "--out", "o.mp4", "--first-frame", "junk.mp4"], "junk.mp4"),
    ("runner", [*ASK, "--out", "o.mp4", "--first-frame", "none.png"], "none.png"),
    ("runner", [*ASK, "--out", "o.mp4", "--extends", "junk.mp4"], "junk.mp4"),
    ("runner", [*ASK, "--out", "o.mp4", "--model", "none"], "none"),
    ("runner", [*ASK, "--out", "o.mp4", "--seed", "seven"], "seven"),
    ("runner", [*ASK, "--out", "o.mp4", "--seed", "-1"], "from 0 to 9007199254740991"),
    ("runner", [*ASK, "--out", "o.mp4", "--seed", str(2**53)], "from 0 to 9007199254740991"),
    ("runner", [*ASK, "--out", "o.mp4", "--scene", "3"], "5:一只小狗"),
    ("runner", [*ASK, "--out", "o.mp4", "--scene", "nan:x"], "1.0 s"),
    ("runner", [*ASK, "--out", "o.mp4", "--scene", "2:\u200b"], "prompt"),
    ("runner", ["--prompt", "\u200b\u2060", "--out", "o.mp4"], "prompt"),
    ("runner", ["--prompt", "a\udcff", "--out", "o.mp4"], "UTF-8"),
    ("runner", [*ASK, "--out", "o.mp4", "--aspect", "2:1"], "16:9"),
    ("runner", [*ASK, "--out", "o.mp4", "--short-side", "65"], "64"),
    ("runner", [*ASK, "--out", "o.mp4", "--fps", "0"], "60"),
    ("runner", [*ASK, "--out", "o.mp4", "--seconds", "nan"], "120"),
    ("runner", [*ASK, "--out", "o.mp4", "--guidance", "inf"], "20"),
    ("runner", [*ASK], "--out"),
    ("runner", ["rerun", "junk.mp4", "--out", "o.mp4"], "capsule"),
    ("engine", ["none.json", "--out", "o.mp4"], "none.json"),
    ("engine", ["junk.mp4", "--out", "o.mp4"], "JSON"),
    ("engine", ["clip.mp4", "--out", "o.mp4"], "JSON"),
    ("engine", ["digits.json", "--out", "o.mp4"], "JSON"),
    ("engine", ["empty.json", "--out", "o.mp4"], "clips"),  # one of several problems
    ("engine", [".", "--out", "o.mp4"], "directory"),
    ("engine", ["edit.json", "--out", "none/o.mp4"], "none"),
    ("engine", ["edit.json", "--out", "."], "folder"),
    ("engine", ["edit.json", "--out", "o.mp4", "--clip", "clip.mp4"], "NAME=FILE"),
    ("engine", ["edit.json", "--out", "o.mp4", "--clip", "clip.mp4=junk.mp4"], "MP4"),
    ("tracking", ["junk.mp4"], "MP4"),
    ("tracking", ["none.mp4"], "none.mp4"),
    ("tracking", ["clip.mp4", "--start", "nan"], "seconds"),
    ("tracking", ["clip.mp4", "--start", "1e308"], "seconds"),
    ("tracking", ["clip.mp4", "--end", "-1"], "seconds"),
    ("tracking", ["clip.mp4", "--debug", "none/x.jpg"], "none"),
    ("tracking", ["clip.mp4", "--commands", "."], "folder"),
    ("sheet", ["clip.mp4", "--out", "none/x.jpg"], "none"),
    ("sheet", ["junk.mp4", "--out", "x.jpg"], "MP4"),
    ("packaging", ["none.mp4", "--out", "p"], "none.mp4"),
    ("packaging", ["junk.mp4", "--out", "p"], "MP4"),
    ("packaging", ["clip.mp4", "--out", "junk.mp4"], "junk.mp4"),
    ("packaging", ["clip.mp4", "--out", "/proc/p"], "/proc/p"),
    ("packaging", ["clip.mp4", "--out", "p", "--cover-seconds", "nan"], "seconds"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command-lines")
    numbered(folder / "clip.mp4", frames=6)
    (folder / "junk.mp4").write_text("junk")
    (folder / "empty.json").write_text("{}")
    (folder / "digits.json").write_text("9" * 5000)
    (folder / "edit.json").write_text(json.dumps(document(cut(0, 0.1, clip="clip.mp4"))))
    return folder


@pytest.mark.parametrize(
    ("which", "arguments", "says"),
    REFUSED,
    ids=[f"{which} {' '.join(more)[:50]!a}" for which, more, _ in REFUSED],
)
def test_what_cannot_be_done_is_one_line_and_status_2_and_leaves_nothing(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, which: str, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(files)
    before = sorted(files.rglob("*"))
    monkeypatch.setitem(sys.modules, "generation.runner.run", None)  # nothing is loaded for it

    try:
        status = MAINS[which](arguments)
    except SystemExit as ended:  # by the parser
        status = ended.code  # type: ignore[assignment]

    said = capsys.readouterr().err
    assert status == command_line.REFUSED and says in said and said.count("\n") == 1
    assert sorted(files.rglob("*")) == before


@pytest.mark.parametrize("module", ["library.media.probe", "editing.engine.interchange"])
def test_so_do_those_that_run_in_a_child(module: str, files: Path) -> None:
    for arguments in ([], [str(files / "none"), str(files / "made.json")][: 1 + ("interchange" in module)]):
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_ctrl_c_is_130_without_a_word(capsys: Any) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert command_line.status_of(interrupted) == command_line.INTERRUPTED == 130
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@pytest.mark.parametrize("after", ["loading", "step"])
def test_ctrl_c_during_a_run_leaves_no_unfinished_file(tiny: Path, tmp_path: Path, after: str) -> None:
    asked = [
        "--prompt",
        "猴子",
        "--model",
        str(tiny),
        "--seconds",
        "4",
        "--steps",
        "20",
        "--short-side",
        "96",
    ]
    command = [sys.executable, "-m", "generation.runner", *asked, "--out", str(tmp_path / "clip.mp4")]
    running = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    while '"step"' not in running.stdout.readline():
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert (running.returncode, "Traceback" in said) == (130, False), said
    assert list(tmp_path.iterdir()) == []
