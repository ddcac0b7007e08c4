"""A clip takes the aspect of its first picture unless another is asked for; what that cuts away is told."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from generation.runner.__main__ import _of_run, _spec
from generation.runner.frames import source
from generation.runner.framing import Cropped, Sizes, cropped, following
from generation.runner.spec import GenerationSpec, Keyframe
from library.media.shapes import nearest_aspect

PORTRAIT = (480, 854)


@pytest.mark.parametrize(
    ("size", "aspect"),
    [
        ((1920, 1080), "16:9"),
        ((480, 854), "9:16"),
        ((1000, 1000), "1:1"),
        ((4032, 3024), "4:3"),
        ((3024, 4032), "3:4"),
        ((1000, 1500), "3:4"),
        ((2560, 1080), "21:9"),
        ((100, 5000), "9:16"),
    ],
)
def test_the_nearest_aspect_cuts_least(size: tuple[int, int], aspect: str) -> None:
    assert nearest_aspect(*size) == aspect


def test_the_first_picture_leads_and_a_video_does_not() -> None:
    sizes: Sizes = {"a": (640, 640), "b": PORTRAIT}

    assert following(GenerationSpec("x"), sizes).aspect == "16:9"
    assert following(GenerationSpec("x", extends="c"), sizes).aspect == "16:9"
    assert following(GenerationSpec("x", first_frame="a", last_frame="b"), sizes).aspect == "1:1"
    assert following(GenerationSpec("x", keyframes=(Keyframe(1.0, "b"),)), sizes).aspect == "9:16"


def test_what_is_cut_away_is_told_by_picture() -> None:
    spec = GenerationSpec("x", first_frame="a", last_frame="b", keyframes=(Keyframe(1.0, "c"),))
    sizes: Sizes = {"a": (720, 1280), "b": (1920, 1080), "c": (3840, 1080)}

    assert cropped(spec, sizes) == [
        Cropped("first_frame", "height", 0.684),
        Cropped("keyframe 1.0", "width", 0.5),
    ]


def test_the_command_line_follows_the_picture_too(tmp_path: Path) -> None:
    lying, exif = tmp_path / "lying.jpg", Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (854, 480)).save(lying, exif=exif)
    words = ["--prompt", "x", "--out", "x.mp4", "--first-frame", str(lying)]

    assert _spec(_of_run().parse_args(words)).aspect == "9:16"
    assert _spec(_of_run().parse_args([*words, "--aspect", "1:1"])).aspect == "1:1"
    assert _spec(_of_run().parse_args(words[:4])).aspect == "16:9"


def test_what_was_erased_from_a_picture_does_not_come_back(tmp_path: Path) -> None:
    erased = np.zeros((32, 64, 4), np.uint8)
    erased[...] = (255, 0, 0, 0)
    erased[:, 32:] = (0, 0, 255, 128)
    Image.fromarray(erased).save(tmp_path / "erased.png")

    seen = source.picture(tmp_path / "erased.png")

    assert seen[16, 8].tolist() == [255, 255, 255]
    assert np.abs(seen[16, 48].astype(int) - (127, 127, 255)).max() <= 1


def test_a_picture_of_16_bit_grey_stays_grey(tmp_path: Path) -> None:
    Image.fromarray(np.full((32, 64), 0x8080, np.uint16)).save(tmp_path / "grey.png")

    assert source.picture(tmp_path / "grey.png")[16, 32].tolist() == [128, 128, 128]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "size", "told"),
    [
        ({}, (720, 1280), []),
        ({"aspect": "16:9"}, (1280, 720), [{"picture": "first_frame", "side": "height", "share": 0.684}]),
    ],
)
def test_a_portrait_is_delivered_upright_unless_another_aspect_is_asked_for(
    ask: Any, api: Any, creator: Any, asked: dict[str, str], size: tuple[int, int], told: list[dict[str, Any]]
) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", PORTRAIT, (200, 30, 60)).save(buffer, "PNG")
    form = {"file": SimpleUploadedFile("portrait.png", buffer.getvalue())}
    portrait = api(creator).post("/api/v1/uploads", form, format="multipart").json()["still"]["id"]
    body = {"prompt": "一只猴子", "first_frame": portrait, **asked}

    quoted = ask("post", "generations/quote", body, status=200)
    made = ask("post", "generations", body)

    assert (quoted["width"], quoted["height"]) == (made["clip"]["width"], made["clip"]["height"]) == size
    assert quoted["cropped"] == made["cropped"] == told
    assert ask("get", f"generations/{made['id']}")["aspect"] == asked.get("aspect", "9:16")
