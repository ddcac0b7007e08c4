"""Processes: the runner without Django, and a web process without torch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generation.runner.run import run
from generation.runner.spec import GenerationSpec
from library.media.probe import probe

ROOT = Path(__file__).resolve().parents[2]


def _python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.slow
def test_the_runner_runs_alone_and_prints_its_events_as_json_lines(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    asked = ["--prompt", "猴子", "--model", str(tiny), "--seconds", "0.5", "--short-side", "96"]

    done = _python("-m", "generation.runner", *asked, "--out", str(out), "--steps", "1")

    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "loading" and events[-1]["event"] == "done"
    assert probe(out).frames == events[-1]["capsule"]["frames"] == 15


@pytest.mark.slow
def test_a_clip_made_again_on_another_machine_says_which_entries_differ(
    tiny: Path, state: Path, tmp_path: Path
) -> None:
    picture, capsule = tmp_path / "first.png", tmp_path / "capsule.json"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (32, 64, 3), np.uint8)).save(picture)
    spec = GenerationSpec("猴子", seconds=0.5, short_side=96, steps=1, first_frame=picture)
    made = run(spec, folder=tiny, out=tmp_path / "clip.mp4", workdir=tmp_path / "work", state=state)
    capsule.write_text(json.dumps(made.as_dict()))
    asked = ["--model", str(tiny), "--first-frame", str(picture), "--out", str(tmp_path / "again.mp4")]

    done = _python("-m", "generation.runner", "rerun", str(capsule), *asked, RUNNER_THREADS="1")

    event = json.loads(done.stdout.splitlines()[-1])
    assert event["event"] == "rerun" and event["differs"] == {"machine.threads": [2, 1]}
    assert done.returncode == (0 if event["same"] else 1)


def test_the_runner_alone_refuses_in_a_sentence(tiny: Path, tmp_path: Path) -> None:
    asked = ["--prompt", "x", "--model", str(tiny), "--aspect", "2:1", "--out", str(tmp_path / "x.mp4")]

    done = _python("-m", "generation.runner", *asked)

    assert done.returncode == 2 and "16:9" in json.loads(done.stdout)["detail"]


@pytest.mark.slow
def test_a_web_process_loads_neither_torch_nor_diffusers_nor_opencv(tmp_path: Path) -> None:
    code = (
        "import config.asgi, config.wsgi, sys; from django.urls import get_resolver;"
        "get_resolver().url_patterns;"
        "print([m for m in ('torch', 'diffusers', 'transformers', 'cv2') if m in sys.modules])"
    )

    done = _python("-c", code, VAR_DIR=str(tmp_path), DJANGO_SETTINGS_MODULE="config.settings")

    assert done.stdout.strip() == "[]", done.stderr
