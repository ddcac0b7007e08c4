"""Rendering tracked cuts: the crop is where it was planned in every frame."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editing.engine.__main__ import main
from editing.engine.document import parse
from editing.engine.geometry import Box
from editing.engine.render.command import compile
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from editing.engine.tracking import CropTrack, Scene
from library.media.guard import ffmpeg
from library.media.h264.encode import Encoder
from tests.editing.material import cut, document, pictures
from tests.editing.subjects import SIZE, walk
from tests.progress import Recorder

UPRIGHT = {"canvas": {"size": [180, 320]}}
FPS, FRAMES = 30, 60


def across(share: float) -> float:
    return 0.2 + 0.6 * share


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Two seconds of a disc that crosses the picture from left to right."""
    return open_source(walk(tmp_path_factory.mktemp("walk") / "a.mp4", across, frames=FRAMES, fps=FPS))


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("nothing") / "black.mp4"
    black = ["-f", "lavfi", "-i", "color=black:s=320x180:r=30:d=1", "-pix_fmt", "yuv420p"]
    ffmpeg.run([*black, str(path)], cwd=path.parent)
    return open_source(path)


def tracked(start: float, end: float, clip: str = "a", **more: Any) -> dict[str, Any]:
    return cut(start, end, clip, reframe={"mode": "track"}, **more)


@pytest.fixture(scope="module")
def ruler(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Two seconds of a picture that gets brighter from left to right: brightness tells a crop's position."""
    path = tmp_path_factory.mktemp("ruler") / "ruler.mp4"
    shades = np.linspace(10, 245, SIZE[0]).astype(np.uint8)
    with Encoder(path, width=SIZE[0], height=SIZE[1], fps=FPS, crf=8) as encoder:
        for _ in range(FRAMES):
            encoder.write(np.ascontiguousarray(np.broadcast_to(shades[None, :, None], (*SIZE[::-1], 3))))
    return open_source(path)


def crop_lefts(path: Path) -> np.ndarray:
    """Where the crop's left edge is in every frame of a render of the ruler, in pixels."""
    middles = np.array([picture[40:-40, 80:100].mean() for picture in pictures(path)])
    return (middles - 10) / 235 * (SIZE[0] - 1) - 102 / 2


def jumping_track(first: int, last: int) -> CropTrack:
    """A crop that jumps far in every frame."""
    positions = tuple((frame * 83 % 218, 0) for frame in range(first, last))
    times = tuple(frame / FPS for frame in range(first, last))
    scene = Scene(0, last - first, "track", "interest", 1.0)
    return CropTrack(Box(102, 180, 0, 0), times, positions, (scene,), (), 0)


def rendered(tmp_path: Path, ruler: Source, *cuts: dict[str, Any]) -> np.ndarray:
    """The crop's positions in a render of `cuts`, each with a jumping track."""
    ranges = [(round(one["start"] * FPS), round(one["end"] * FPS)) for one in cuts]
    crops = {index: jumping_track(*frames) for index, frames in enumerate(ranges)}
    out = tmp_path / "out.mp4"
    command = compile(parse(document(*cuts, **UPRIGHT)), {"a": ruler}, out, crops=crops)
    for name, text in command.files.items():
        (tmp_path / name).write_text(text)
    ffmpeg.run(command.args, cwd=tmp_path)
    return crop_lefts(out)


@pytest.mark.parametrize(
    ("edit", "frames"),
    [
        (tracked(0.5, 1.5), range(15, 45)),
        (tracked(0, 1, speed=2), range(0, 30, 2)),
        (tracked(0.5, 1.5, reverse=True), range(44, 14, -1)),
        (tracked(0.5, 1.5, reverse=True, speed=2), range(44, 14, -2)),
        (tracked(0.5, 1, speed=0.5), [frame for frame in range(15, 30) for _ in "ab"]),
    ],
)
def test_every_frame_is_cropped_where_it_was_planned_at_any_speed(
    ruler: Source, tmp_path: Path, edit: dict[str, Any], frames: Sequence[int]
) -> None:
    off = rendered(tmp_path, ruler, edit) - [frame * 83 % 218 for frame in frames]

    assert np.abs(off).max() < 4, off  # pixels; from one frame to the next it jumps by 83 or 135


def test_two_tracked_cuts_do_not_affect_each_other(ruler: Source, tmp_path: Path) -> None:
    off = rendered(tmp_path, ruler, tracked(1, 2), tracked(0, 1)) - [
        frame * 83 % 218 for frame in [*range(30, 60), *range(30)]
    ]

    assert np.abs(off).max() < 4, off


@pytest.mark.slow
def test_a_subject_found_without_confidence_is_shown_whole_and_reported(
    walker: Source, nothing: Source, tmp_path: Path
) -> None:
    recorder, edit = Recorder(), parse(document(tracked(0, 1), tracked(0, 1, "b"), cut(0, 1), **UPRIGHT))
    sources, out = {"a": walker, "b": nothing}, tmp_path / "out.mp4"
    found = render(edit, sources, out, workdir=tmp_path, progress=recorder)

    assert found.frames == 90
    (followed,) = recorder.of("followed")
    cuts = followed["cuts"]
    assert [(one["cut"], one["shown"]) for one in cuts] == [(0, "track"), (1, "blur")]
    assert cuts[1]["trust"] < 0.6 < cuts[0]["trust"]
    assert recorder.stages == [("follow", 60), ("render", 90)]


@pytest.mark.parametrize(
    "edit", [tracked(1.98, 2.0), {"clip": "a", "start": 1.0, "freeze": 0.5}, tracked(1, 1.04)]
)
def test_a_cut_of_one_frame_can_be_tracked(walker: Source, tmp_path: Path, edit: dict[str, Any]) -> None:
    value = document(edit | {"reframe": {"mode": "track"}}, canvas={"size": [180, 320], "fps": 60})

    assert render(parse(value), {"a": walker}, tmp_path / "out.mp4", workdir=tmp_path).frames


@pytest.mark.slow
def test_a_variable_rate_is_tracked_by_its_own_timestamps(walker: Source, tmp_path: Path) -> None:
    uneven, out = tmp_path / "uneven.mp4", tmp_path / "out.mp4"
    slower = ["-vf", "setpts='if(lt(N,30),N,30+(N-30)*3)/30/TB'", "-fps_mode", "vfr", "-crf", "12"]
    ffmpeg.run([*ffmpeg.safe_input(walker.path), *slower, str(uneven)], cwd=tmp_path)
    source = open_source(uneven)
    render(parse(document(tracked(0.5, 2.5), **UPRIGHT)), {"a": source}, out, workdir=tmp_path)

    reds = [(picture[..., 0].astype(int) - picture[..., 1] > 80).any(axis=0) for picture in pictures(out)]
    assert source.probe.variable_rate
    assert len(reds) == 60
    assert min(red.sum() for red in reds) > 0.8 * 60 * 320 / 180  # nearly all of the disc, in every frame


@pytest.mark.slow
def test_the_command_line_reports_tracked_cuts_and_explains_their_crop(
    walker: Source, tmp_path: Path, capsys: Any
) -> None:
    edit, out = tmp_path / "edit.json", str(tmp_path / "out.mp4")
    edit.write_text(json.dumps(document(tracked(0, 1), **UPRIGHT)))
    arguments = [str(edit), "--out", out, "--clip", f"a={walker.path}"]

    assert main(arguments) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [followed] = [event for event in events if event["event"] == "followed"]
    assert followed["cuts"][0]["moves"] == ["pan"]
    assert main([*arguments, "--explain"]) == 0
    explained = capsys.readouterr().out
    assert "sendcmd=filename=cut0.cmd" in explained
    assert "crop@cut0 x " in explained
