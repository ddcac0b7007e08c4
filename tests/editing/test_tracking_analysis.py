"""Tracking a subject: where it is, how the camera moves, and with what confidence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editing.engine.source import open_source
from editing.engine.tracking import CropTrack, sendcmd_script
from editing.engine.tracking.__main__ import main
from editing.engine.tracking.camera_path import SubjectRange, plan_move
from editing.engine.tracking.track_subject import track_subject
from library.media.guard import ffmpeg
from tests.editing.subjects import (
    SIZE,
    disc,
    portrait,
    share_in_crop,
    share_in_middle,
    slideshow,
    synthetic,
    walk,
)
from training.world import Scene

pytestmark = pytest.mark.slow

UPRIGHT = (720, 1280)


def tracked(path: Path, **more: Any) -> CropTrack:
    return track_subject(open_source(path), UPRIGHT, **more)


def middles(found: CropTrack) -> np.ndarray:
    """Where the crop's middle is in every frame, in parts of the width."""
    return (np.array([x for x, _ in found.positions]) + found.box.width / 2) / SIZE[0]


def test_a_subject_that_stands_still_gets_a_steady_camera(tmp_path: Path) -> None:
    found = tracked(walk(tmp_path / "a.mp4", lambda _: 0.75))

    assert [scene.move for scene in found.scenes] == ["steady"]
    assert len(set(found.positions)) == 1
    assert middles(found)[0] == pytest.approx(0.75, abs=0.04)
    assert found.confident


def test_a_subject_that_walks_by_gets_an_even_pan(tmp_path: Path) -> None:
    found = tracked(walk(tmp_path / "a.mp4", lambda share: 0.2 + 0.6 * share))

    assert [scene.move for scene in found.scenes] == ["pan"]
    steps = np.diff(middles(found))
    assert steps.max() - steps.min() <= 1.5 / SIZE[0]  # even but for whole pixels
    assert np.abs(middles(found) - np.linspace(0.2, 0.8, 36)).max() < 0.1


def test_a_subject_that_goes_and_comes_back_is_tracked_smoothly(tmp_path: Path) -> None:
    def there_and_back(share: float) -> float:
        return 0.2 + 0.6 * (1 - abs(2 * share - 1))

    found = tracked(walk(tmp_path / "a.mp4", there_and_back, frames=72))

    assert [scene.move for scene in found.scenes] == ["track"]
    subject = np.array([there_and_back(n / 71) for n in range(72)])
    assert np.abs(middles(found) - subject).max() < found.box.width / SIZE[0] / 2
    assert np.abs(np.diff(middles(found), 2)).max() <= 2.5 / SIZE[0]


def test_a_face_wins_over_something_brighter_elsewhere(tmp_path: Path) -> None:
    found = tracked(portrait(tmp_path / "a.mp4", lambda share: 0.45 + 0.35 * share))

    assert [(scene.led_by, scene.move) for scene in found.scenes] == [("faces", "pan")]
    assert found.confident
    face = (0.45 + 0.35 * np.linspace(0, 1, 24)) * 640
    lefts = np.array([x for x, _ in found.positions])
    assert (lefts < face - 30).all() and (face + 30 < lefts + found.box.width).all()


def test_cuts_are_found_to_the_frame_and_each_scene_has_its_own_move(tmp_path: Path) -> None:
    night = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    night[60:120, 20:70] = (240, 230, 90)
    found = tracked(slideshow(tmp_path / "a.mp4", [disc(0.8), night, disc(0.5)], each=17))

    assert [(scene.first, scene.last) for scene in found.scenes] == [(0, 17), (17, 34), (34, 51)]
    assert [len({found.positions[n] for n in range(scene.first, scene.last)}) for scene in found.scenes] == [
        1,
        1,
        1,
    ]
    at = middles(found)
    assert at[16] == pytest.approx(0.8, abs=0.06)
    assert at[17] == pytest.approx(found.box.width / SIZE[0] / 2, abs=0.06)
    assert at[34] == pytest.approx(0.5, abs=0.06)


def test_a_fast_pan_is_not_a_cut(tmp_path: Path) -> None:
    assert len(tracked(walk(tmp_path / "a.mp4", lambda share: 0.1 + 0.8 * share, frames=12)).scenes) == 1


SCENES = [
    Scene("festival street", "monkey", "white", "right", "pan left", 14),
    Scene("park", "monkey", "red", "right", "pan left", 53),
    Scene("snow mountains", "balloon", "red", "right", "zoom out", 29),
    Scene("foggy car park", "woman", "blue", "left", "zoom in", 45),
    Scene("coast", "dog", "yellow", "right", "still", 5),
]


def test_a_tracked_crop_shows_far_more_of_the_subject_than_a_crop_of_the_middle(tmp_path: Path) -> None:
    ours, middle = [], []
    for number, scene in enumerate(SCENES):
        masks = synthetic(tmp_path / f"{number}.mp4", scene)
        found = tracked(tmp_path / f"{number}.mp4")
        ours.append(share_in_crop(found, masks, SIZE[0]))
        middle.append(share_in_middle(found, masks, SIZE[0]))

    assert np.mean(ours) > np.mean(middle) + 0.2
    assert np.mean(ours) > 0.8


def test_without_a_subject_there_is_no_confidence(tmp_path: Path) -> None:
    for name, lavfi in {
        "noise": "nullsrc=s=320x180,geq=random(1)*255:128:128",
        "black": "color=black:s=320x180",
    }.items():
        path = tmp_path / f"{name}.mp4"
        ffmpeg.run(
            [
                "-f",
                "lavfi",
                "-i",
                f"{lavfi}:r=12:d=2" if name == "black" else lavfi,
                "-t",
                "2",
                "-r",
                "12",
                str(path),
            ],
            cwd=tmp_path,
        )
        assert not tracked(path).confident


def test_the_analysis_is_deterministic(tmp_path: Path) -> None:
    path = walk(tmp_path / "a.mp4", lambda share: 0.3 + 0.3 * share, frames=24)

    assert tracked(path) == tracked(path)


def test_only_the_part_that_is_kept_is_analysed(tmp_path: Path) -> None:
    path = walk(tmp_path / "a.mp4", lambda share: 0.2 + 0.6 * share)
    found = tracked(path, start=1.0, end=2.0)

    assert found.times == pytest.approx([n / 12 for n in range(12, 24)])


def test_a_rotated_phone_video_is_analysed_upright(tmp_path: Path) -> None:
    lying, turned = walk(tmp_path / "a.mp4", lambda _: 0.75, frames=12), tmp_path / "b.mp4"
    ffmpeg.run(
        ["-display_rotation", "90", *ffmpeg.safe_input(lying), "-c", "copy", str(turned)], cwd=tmp_path
    )
    found = track_subject(open_source(turned), (1280, 720))

    assert (found.axis, found.box.width) == (1, 180)
    middle = (found.positions[0][1] + found.box.height / 2) / 320
    assert middle == pytest.approx(0.25, abs=0.05)  # what was at the right is at the top


def test_commands_are_timed_between_frames_and_only_where_the_crop_moves(tmp_path: Path) -> None:
    still = tracked(walk(tmp_path / "a.mp4", lambda _: 0.75))
    moving = tracked(walk(tmp_path / "b.mp4", lambda share: 0.2 + 0.6 * share), start=1.0)

    assert sendcmd_script(still, "crop@cut0", since=0.0) == ""
    first, *_ = sendcmd_script(moving, "crop@cut0", since=1.0).splitlines()
    second, command = first.split(" ", 1)
    assert (float(second) * 12) % 1 == pytest.approx(0.5, abs=1e-3)
    assert command == f"crop@cut0 x {moving.positions[round(float(second) * 12 + 0.5)][0]};"


@pytest.mark.parametrize("reach", [0.3, 0.9])
def test_a_path_stays_within_the_picture_and_is_piecewise_smooth(reach: float) -> None:
    steps = np.random.default_rng(3).uniform(-0.4, 1.4, 200)
    wild = SubjectRange(steps - 0.05, steps + 0.05, np.ones(200))
    path = plan_move(wild, reach).path

    assert path.min() >= 0
    assert path.max() <= 1 - reach
    assert np.count_nonzero(np.abs(np.diff(path, 3)) > 1e-6) < 60  # pieces, not points


def test_without_a_subject_the_camera_is_steady() -> None:
    unknown = SubjectRange(np.zeros(30), np.zeros(30), np.zeros(30))

    assert plan_move(unknown, 0.5).name == "steady"


def test_the_command_line_prints_draws_and_writes_the_track(tmp_path: Path, capsys: Any) -> None:
    clip = walk(tmp_path / "a.mp4", lambda share: 0.2 + 0.6 * share)
    files = {"--debug": tmp_path / "seen.jpg", "--commands": tmp_path / "crop.cmd"}

    assert main([str(clip), *(str(part) for pair in files.items() for part in pair)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["sure"], report["scenes"][0]["move"], report["box"]["height"]) == (True, "pan", 180)
    assert files["--debug"].read_bytes()[:3] == b"\xff\xd8\xff"
    assert "crop x " in files["--commands"].read_text()
    assert main([str(tmp_path / "crop.cmd")]) == 2
