"""`python -m editing.engine`: a document and its files in, a clip out, without a server."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from editing.engine.__main__ import main
from library.media.probe import probe
from tests.editing.material import cut, document, numbered, numbers


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A document beside the clip it names."""
    numbered(tmp_path / "boats.mp4", frames=12)
    return saved(tmp_path / "edit.json", document(cut(0.1, 0.3, clip="boats.mp4")))


def saved(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_document_beside_its_clip_becomes_a_clip(written: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "out.mp4"

    assert main([str(written), "--out", str(out)]) == 0
    assert numbers(out) == [3, 4, 5, 6, 7, 8]
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (events[0]["event"], events[-1]["event"], events[-1]["frames"]) == ("start", "done", 6)


def test_a_clip_may_be_given_by_name(tmp_path: Path) -> None:
    clip, edit = numbered(tmp_path / "x.mp4", frames=6), saved(tmp_path / "e.json", document(cut(0, 0.1)))

    assert main([str(edit), "--out", str(tmp_path / "out.mp4"), "--clip", f"a={clip}"]) == 0
    assert probe(tmp_path / "out.mp4").frames == 3


def test_explain_prints_the_command_draws_its_graph_and_runs_nothing(
    written: Path, tmp_path: Path, capsys: Any
) -> None:
    assert main([str(written), "--out", str(tmp_path / "out.mp4"), "--explain"]) == 0

    explained = capsys.readouterr().out
    assert explained.startswith("6 frames, 160×96, 30 a second")
    assert "trim=end_frame=6" in explained
    assert not (tmp_path / "out.mp4").exists()
    drawn = ElementTree.parse(tmp_path / "out.svg")  # it is well-formed
    texts = [str(one.text) for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("boats.mp4") for text in texts)
    assert texts[-1] == "picture"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (document(cut(2, 1, clip="boats.mp4")), "clips[0].end: The end must come after the start"),
        (document(cut(0, 9, clip="boats.mp4")), "clips[0].end: The clip is 0.4 s long"),
        (document(cut(0, 1, clip="nobody.mp4")), "$:"),
        (document(cut(0, 1, clip="edit.json")), "$:"),
        ([], "$: This must be an object"),
    ],
)
def test_what_cannot_be_rendered_is_reported_on_stderr(
    written: Path, tmp_path: Path, capsys: Any, value: Any, message: str
) -> None:
    saved(written, value)

    assert main([str(written), "--out", str(tmp_path / "out.mp4")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out.mp4").exists()
