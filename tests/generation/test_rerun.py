"""A capsule holds what it takes to make a clip again, and says in what two of them differ."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generation.runner import errors, rerun
from generation.runner.run import run
from generation.runner.spec import GenerationSpec, Scene

SCENES = (Scene(1.0, "公园"),)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "first.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (32, 64, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def made(tiny: Path, state: Path, tmp_path: Path, picture: Path) -> dict[str, Any]:
    """The capsule of a short chain with a scene and a first frame, as it is kept."""
    spec = GenerationSpec("猴子", seconds=2.5, short_side=96, steps=1, first_frame=picture, scenes=SCENES)
    capsule = run(spec, folder=tiny, out=tmp_path / "clip.mp4", workdir=tmp_path / "work", state=state)
    (tmp_path / "capsule.json").write_text(json.dumps({"event": "done", "capsule": capsule.as_dict()}))
    return rerun.read(tmp_path / "capsule.json")


def test_a_clip_is_made_again_from_its_capsule_byte_for_byte(
    made: dict[str, Any], tiny: Path, state: Path, tmp_path: Path, picture: Path
) -> None:
    spec = rerun.spec_of(made, {"first_frame": picture})

    again = run(spec, folder=tiny, out=tmp_path / "again.mp4", workdir=tmp_path / "other", state=state)

    compared = rerun.compared(made, again)
    assert compared == {"same": True, "sha256": made["sha256"], "differs": {}}
    assert made["sha256"] == hashlib.sha256((tmp_path / "again.mp4").read_bytes()).hexdigest()
    assert [segment["prompt"] for segment in made["segments"]] == ["猴子", "公园", "公园"]


def test_files_that_a_clip_begins_from_must_be_given_again_and_be_the_same(
    made: dict[str, Any], tmp_path: Path, picture: Path
) -> None:
    with pytest.raises(errors.InputNotFound, match="first_frame"):
        rerun.spec_of(made, {})
    Image.new("RGB", (64, 32)).save(picture)
    with pytest.raises(errors.InputDiffers, match="first_frame"):
        rerun.spec_of(made, {"first_frame": picture})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"spec": {}}', "\x00", '{"brief": 1, "inputs": 2}'])
def test_what_is_no_capsule_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)

    with pytest.raises(errors.NotACapsule, match=r"x\.json"):
        rerun.read(tmp_path / "x.json")
