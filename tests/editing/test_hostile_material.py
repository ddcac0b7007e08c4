"""Hostile files, file names and captions: only plain videos are read, and text is only drawn."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

import errors
from editing.engine import __main__ as command_line
from editing.engine.document import parse
from editing.engine.render.command import compile
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from tests.editing.material import cut, document, numbered, numbers
from tests.library import footage, hostile_corpus

Inside = tuple[str, list[str]]

DISGUISES: list[Callable[[Path, str], Path]] = [
    footage.playlist,
    lambda folder, _: footage.svg(folder),
    lambda folder, _: footage.truncated(folder),
    lambda folder, _: footage.pixel_bomb(folder),
    hostile_corpus.concat_script,
    hostile_corpus.dash_behind_an_mp4,
    hostile_corpus.playlist_behind_a_webm,
    hostile_corpus.playlist_behind_a_tag,
    hostile_corpus.two_hundred_streams,
    hostile_corpus.four_billion_samples_a_second,
]
NAMES = (
    "-y.mp4",
    "a'b;c[0:v]drawtext=textfile=edit.json,.mp4",
    "concat:a.mp4|b.mp4",
    "http:x.mp4",
    "%03d.mp4",
    "$(touch pwned);`touch pwned`.mp4",
    "龙 舟\n.mp4",
)
WORDS = (
    "%{pts}':textfile=/etc/passwd:x='",
    "[0:v];movie=/etc/passwd[x]",
    r"{\fnArial\p1}m 0 0 l 99 99{\p0}\N\h",
    "../../../etc/passwd",
)


@pytest.mark.slow
@pytest.mark.parametrize("disguise", DISGUISES)
def test_what_is_not_a_plain_video_is_refused_and_nothing_is_fetched(
    disguise: Callable[[Path, str], Path], inside: Inside, tmp_path: Path
) -> None:
    address, asked = inside

    with pytest.raises(errors.DomainError) as refused:
        open_source(disguise(tmp_path, address))
    assert refused.value.code.startswith("media-")
    assert asked == []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_be_called_anything(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = open_source(numbered(tmp_path / "plain.mp4", frames=6).rename(tmp_path / name))

    render(parse(document(cut(0, 0.1))), {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)

    assert numbers(tmp_path / "out.mp4") == [0, 1, 2]
    assert not (tmp_path / "pwned").exists()


def test_the_command_line_takes_hostile_names_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    numbered(tmp_path / "plain.mp4", frames=6).rename(tmp_path / NAMES[1])
    (tmp_path / "edit.json").write_text(json.dumps(document(cut(0, 0.1, clip=NAMES[1]))))

    assert command_line.main(["edit.json", "--out", "out.mp4"]) == 0
    assert numbers(tmp_path / "out.mp4") == [0, 1, 2]


@pytest.mark.parametrize("words", WORDS)
def test_the_text_of_a_caption_is_drawn_and_is_no_part_of_the_command(
    words: str, clips: dict[str, Source], tmp_path: Path
) -> None:
    edit = parse(document(cut(0, 0.1), captions=[{"text": words, "start": 0, "end": 0.1}]))

    command = compile(edit, clips, tmp_path / "out.mp4")
    assert not any(words in argument or "/etc/passwd" in argument for argument in command.args)
    render(edit, clips, tmp_path / "out.mp4", workdir=tmp_path)
    assert psutil.Process().children(recursive=True) == []


@pytest.mark.slow
def test_a_video_whose_size_grows_is_rendered_at_the_documents_size(tmp_path: Path) -> None:
    source = open_source(hostile_corpus.growing(tmp_path))
    edit = parse(document(cut(0, 1), canvas={"size": [320, 180]}))

    found = render(edit, {"a": source}, tmp_path / "out.mp4", workdir=tmp_path)
    assert (found.width, found.height, found.frames) == (320, 180, 30)
