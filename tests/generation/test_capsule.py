"""A capsule of an earlier version is read as one of today."""

import json
from pathlib import Path
from typing import Any

from generation.runner import rerun
from generation.runner.capsule import differences, upgraded

BEFORE: dict[str, Any] = {
    "model": "lingying-tiny",
    "fingerprint": "5b5f",
    "brief": {
        "prompt": "一只红色的小狗",
        "seconds": 2.0,
        "seed": 7,
        "first_frame": "first.png",
        "keyframes": [{"at": 0.5, "picture": "way.png"}],
        "scenes": [{"at": 1.0, "prompt": "公园"}],
        "camera": "pan-left",
    },
    "understood": {
        "prompt": "a red dog, the camera pans left",
        "drew": {"subject": "dog"},
        "said": {"subject": "小狗"},
        "missing": [],
        "scenes": {"zh": "一只红色的小狗", "en": "a red dog"},
    },
    "inputs": {},
    "segments": [{"index": 0, "frames": 17, "lead": 1, "dropped": 0, "seed": 7, "prompt": "a red dog"}],
    "machine": {"device": "cpu", "levers": {}, "pictures": "float32"},
    "sha256": "0",
}
NOW: dict[str, Any] = {
    "model": "lingying-tiny",
    "fingerprint": "5b5f",
    "spec": {
        "prompt": "一只红色的小狗",
        "seconds": 2.0,
        "seed": 7,
        "first_frame": "other.png",
        "keyframes": [{"at": 0.5, "still": "other.png"}],
        "scenes": [{"at": 1.0, "prompt": "公园", "understood": {"rewritten_prompt": "a park"}}],
        "camera": "pan-left",
        "understood": {
            "rewritten_prompt": "a red dog, the camera pans left",
            "slots": {"subject": "dog"},
            "matched_words": {"subject": "小狗"},
            "missing": [],
            "captions": {"zh": "一只红色的小狗", "en": "a red dog"},
        },
    },
    "inputs": {},
    "segments": [
        {"index": 0, "frames": 17, "conditioning_frames": 1, "dropped": 0, "seed": 7, "prompt": "a red dog"}
    ],
    "machine": {"device": "cpu", "optimizations": {}, "decoding_precision": "float32"},
    "sha256": "0",
}


def test_a_capsule_under_earlier_names_does_not_differ_from_one_under_todays() -> None:
    assert differences(BEFORE, NOW) == differences(NOW, BEFORE) == {}
    assert upgraded(NOW) == NOW


def test_what_decides_the_bytes_differs_whichever_names_it_is_kept_under() -> None:
    other = {**BEFORE, "brief": {**BEFORE["brief"], "seed": 8}}

    assert differences(other, NOW) == {"spec.seed": [8, 7]}


def test_a_clip_is_asked_for_again_from_a_capsule_under_earlier_names(tmp_path: Path) -> None:
    (tmp_path / "capsule.json").write_text(json.dumps({**BEFORE, "inputs": {}}))

    spec = rerun.spec_of(rerun.read(tmp_path / "capsule.json"), {})

    assert (spec.prompt, spec.seed, spec.camera, spec.fps) == ("一只红色的小狗", 7, "pan-left", 30)
    assert [(scene.at, scene.prompt) for scene in spec.scenes] == [(1.0, "公园")]
    assert spec.understood is None  # parsed anew, by the model at hand
