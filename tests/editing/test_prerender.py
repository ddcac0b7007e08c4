"""Prerendering, frame by frame: MoviePy's effects and the AI upscaler; and interpolation in the graph."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import moviepy
import numpy as np
import pytest

from editing.engine.catalogue.effects import FIXED, MOVIEPY, PREFIX
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid
from editing.engine.prerender import upscale
from editing.engine.prerender.intermediate import Counter, TimeRange, render_intermediate
from editing.engine.prerender.super_resolution import (
    RECEPTIVE_RADIUS,
    SuperResolutionNet,
    TiledUpscaler,
)
from editing.engine.render.render import render
from editing.engine.source import Source, open_source
from library.media.guard import ffmpeg
from library.media.h264.encode import Encoder
from tests.editing.conftest import Rendered
from tests.editing.material import cut, document, numbered, numbers, pictures
from tests.progress import Recorder
from training.world import draw

UPSIDE_DOWN = {"name": "moviepy.MirrorY"}
AI = {"short_side": 192, "upscaler": "ai"}


@pytest.fixture(scope="module")
def drawing() -> Any:
    """A picture of flat shapes with sharp edges: (240, 320, 3)."""
    down, across = np.mgrid[0:240, 0:320]
    disc = (down - 120) ** 2 + (across - 160) ** 2 < 80**2
    stripes = (across // 12) % 2 == 0
    return np.where((disc ^ stripes)[..., None], (230, 60, 40), (30, 90, 160)).astype(np.uint8)


def upside_down(number: int) -> int:
    return int(f"{number:08b}"[::-1], 2)


def test_an_effect_of_moviepy_changes_its_cut_and_no_other_of_the_same_clip(rendered: Rendered) -> None:
    shown = numbers(rendered(document(cut(0, 0.2, effects=[UPSIDE_DOWN]), cut(1, 1.2), cut(0, 0.1))))

    assert shown == [*map(upside_down, range(6)), *range(30, 36), 0, 1, 2]


def test_a_cut_with_an_effect_keeps_its_frames_at_any_speed_and_reversed(rendered: Rendered) -> None:
    plain = cut(1, 1.4, speed=2, reverse=True)

    shown = numbers(rendered(document(plain | {"effects": [UPSIDE_DOWN]})))
    assert shown == [upside_down(number) for number in numbers(rendered(document(plain)))]
    assert len(shown) == 6


@pytest.mark.parametrize(("clip", "rate"), [("slow", 25), ("film", 24000 / 1001)])
def test_a_prerendered_source_of_another_rate_keeps_its_speed(
    rendered: Rendered, clip: str, rate: float
) -> None:
    shown = numbers(rendered(document(cut(0.2, 1.7, clip=clip, effects=[UPSIDE_DOWN]))))

    assert len(shown) == 45
    assert all(abs(upside_down(n) - (0.2 + at / 30) * rate) <= 1.01 for at, n in enumerate(shown))


def test_the_sound_of_a_cut_with_an_effect_stays_where_it_was(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    for name, effects in (("plain", []), ("changed", [{"name": "moviepy.InvertColors"}])):
        (tmp_path / name).mkdir()
        value = document(cut(0.5, 1.5, clip="loud", effects=effects))
        render(parse(value), clips, tmp_path / f"{name}.mp4", workdir=tmp_path / name)

    plain, changed = (heard(tmp_path / f"{name}.mp4") for name in ("plain", "changed"))
    assert len(plain) == len(changed)
    assert np.abs(plain - changed).max() < 0.02


def heard(path: Path) -> Any:
    """The sound, without its first and last tenth of a second: decoders need a while to settle."""
    with av.open(str(path)) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    return sound[4800:-4800]


@pytest.mark.slow
def test_every_moviepy_effect_of_the_catalogue_exists_and_keeps_the_number_of_frames(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    for name in MOVIEPY:
        assert hasattr(moviepy.vfx, name.removeprefix(PREFIX))
        value = document(cut(0, 0.1, effects=[{"name": name}]))
        made = render(parse(value), clips, tmp_path / "out.mp4", workdir=folder(tmp_path, name))
        assert made.frames == 3
    assert set(FIXED) <= {name.removeprefix(PREFIX) for name in MOVIEPY}


def folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


@pytest.mark.parametrize(
    ("effect", "path", "message"),
    [
        ({"name": "moviepy.Loop"}, "clips[0].effects[0].name", "moviepy.MirrorX"),
        ({"name": "moviepy.__init__"}, "clips[0].effects[0].name", "moviepy.MirrorX"),
        ({"name": "moviepy.MirrorX", "apply_to": "mask"}, "clips[0].effects[0].apply_to", "Accepted"),
        ({"name": "moviepy.Rotate", "angle": 9e9}, "clips[0].effects[0].angle", "-360 to 360"),
        ({"name": "moviepy.Rotate", "angle": "os.system"}, "clips[0].effects[0].angle", "number"),
        ({"name": "moviepy.Rotate", "expand": True}, "clips[0].effects[0].expand", "angle"),
    ],
)
def test_moviepy_names_and_settings_outside_the_catalogue_are_refused(
    effect: dict[str, Any], path: str, message: str
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        parse(document(cut(0, 1, effects=[effect])))

    [problem] = refused.value.problems
    assert problem.field == path
    assert message in str(problem)


def test_the_network_is_closer_to_the_original_than_lanczos() -> None:
    [scene] = draw("coast", "dog", "red", "right", seed=1, frames=1, size=(1280, 720))
    part = scene[300:620, 480:800]
    small = cv2.resize(part, (160, 160), interpolation=cv2.INTER_AREA)
    plain = cv2.resize(small, (320, 320), interpolation=cv2.INTER_LANCZOS4)

    fine = upscale.back_project(small, SuperResolutionNet(2)(small))
    assert cv2.PSNR(fine, part) > cv2.PSNR(plain, part)
    assert abs(float(np.mean(fine, dtype=float) - np.mean(part, dtype=float))) < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("factor", [2, 4])
def test_tiles_equal_the_whole_picture_within_rounding(drawing: Any, factor: int) -> None:
    net, wide = SuperResolutionNet(factor), np.tile(drawing, (1, 2, 1))[:100, :420]

    tiled = TiledUpscaler(net, factor=factor, radius=RECEPTIVE_RADIUS)(wide)
    assert tiled.shape == (100 * factor, 420 * factor, 3)
    assert np.abs(tiled.astype(int) - net(wide)).max() <= 1


def test_a_tile_that_does_not_change_is_enlarged_once() -> None:
    asked: list[tuple[int, ...]] = []

    def enlarge(picture: Any) -> Any:
        asked.append(picture.shape)
        return picture.repeat(2, 0).repeat(2, 1)

    tiled, picture = TiledUpscaler(enlarge, factor=2, radius=4), np.zeros((100, 600, 3), np.uint8)
    tiled(picture)
    picture[:, 500:] = 9  # in the second of two tiles
    second = tiled(picture)

    assert len(asked) == 3
    assert (second == picture.repeat(2, 0).repeat(2, 1)).all()


@pytest.mark.slow
def test_an_edit_upscaled_by_the_network_has_the_same_frames(rendered: Rendered) -> None:
    cuts = [cut(0, 0.1), cut(1, 1.1, speed=0.5), cut(0.05, 0.1)]

    assert numbers(rendered(document(*cuts, delivery=AI))) == numbers(rendered(document(*cuts)))


def test_only_clips_shown_larger_are_upscaled_and_by_no_more_than_needed(clips: dict[str, Source]) -> None:
    def factors(delivery: dict[str, Any], *cuts: dict[str, Any]) -> dict[str, int]:
        edit = parse(document(*cuts, delivery=delivery))
        return {name: plan.factor for name, plan in upscale.plan_upscale(edit, clips).items()}

    assert factors(AI, cut(0, 1), cut(0, 0.2, clip="wide")) == {"a": 2, "wide": 2}
    assert factors(AI | {"short_side": 96}, cut(0, 1)) == {}
    assert factors(AI | {"short_side": 384}, cut(0, 1)) == {"a": 4}
    assert factors({"short_side": 192}, cut(0, 1)) == {}


@pytest.mark.slow
def test_stages_are_reported_as_they_begin(clips: dict[str, Source], tmp_path: Path) -> None:
    recorder = Recorder()
    edit = parse(document(cut(0, 0.1, effects=[UPSIDE_DOWN]), delivery=AI))

    render(edit, clips, tmp_path / "out.mp4", workdir=tmp_path, progress=recorder)

    assert recorder.stages == [("effects", 3), ("enlarge", 3), ("render", 3)]


def test_an_edit_too_long_for_the_network_is_refused() -> None:
    with pytest.raises(DocumentInvalid) as refused:
        parse(document(cut(0, 40), cut(0, 40), delivery=AI))

    [problem] = refused.value.problems
    assert (problem.field, problem.code) == ("delivery.upscaler", "edit-too-long-for-ai")
    assert "lanczos" in str(problem)


def test_an_intermediate_that_is_whole_is_reused_by_the_next_attempt(
    clips: dict[str, Source], tmp_path: Path
) -> None:
    def render_once(transform: Any) -> Source:
        return render_intermediate(
            clips["a"],
            tmp_path / "intermediate.mp4",
            ranges=[TimeRange(0, 0.1)],
            size=(160, 96),
            transform=transform,
            counter=Counter(),
        )

    class Killed(Exception):
        pass

    def dies(picture: Any, seconds: float) -> Any:
        if seconds > 0.05:
            raise Killed
        return picture

    with pytest.raises(Killed):
        render_once(dies)
    assert list(tmp_path.iterdir()) == []

    whole = render_once(lambda picture, seconds: picture)
    assert render_once(dies) == whole


def test_a_rotated_source_is_prerendered_upright(tmp_path: Path) -> None:
    lying = numbered(tmp_path / "lying.mp4", frames=6, size=(160, 96))
    turn = ["-display_rotation", "90", *ffmpeg.safe_input(lying), "-c", "copy", "turned.mp4"]
    ffmpeg.run(turn, cwd=tmp_path)
    value = document(cut(0, 0.1), canvas={"size": [96, 160]})

    shown = []
    for name, effects in (("plain", []), ("twice", [UPSIDE_DOWN, UPSIDE_DOWN])):
        value["clips"][0]["effects"] = effects
        out = tmp_path / f"{name}.mp4"
        render(parse(value), {"a": open_source(tmp_path / "turned.mp4")}, out, workdir=folder(tmp_path, name))
        shown.append(pictures(out)[1].astype(int))

    assert np.abs(shown[0] - shown[1]).mean() < 3


@pytest.mark.slow
def test_the_web_process_imports_nothing_that_only_a_worker_needs() -> None:
    script = (
        "import django, os, sys; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings');"
        "django.setup(); import config.urls;"
        "print({'ncnn', 'moviepy', 'torch', 'diffusers'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "set()"


@pytest.mark.parametrize(("fps", "frames"), [(60, 60), (50, 50), (24, 24)])
def test_interpolation_gives_exactly_the_frames_of_the_edit(
    rendered: Rendered, fps: int, frames: int
) -> None:
    canvas = {"size": [160, 96], "fps": fps}

    shown = pictures(rendered(document(cut(0, 1), canvas=canvas, delivery={"interpolation": "motion"})))

    assert len(shown) == frames


def test_what_is_interpolated_moves_evenly(tmp_path: Path) -> None:
    source = moving(tmp_path / "moving.mp4", step=8)
    value = document(cut(0, 1), canvas={"size": [320, 96], "fps": 60})
    places = {}
    for interpolation in ("none", "motion"):
        out = tmp_path / f"{interpolation}.mp4"
        delivery = {"interpolation": interpolation}
        render(parse(value | {"delivery": delivery}), {"a": source}, out, workdir=tmp_path)
        places[interpolation] = [middle(picture) for picture in pictures(out)[10:50]]

    assert max(np.diff(places["none"])) > 7.5
    assert max(np.diff(places["motion"])) < 5


def moving(path: Path, *, step: int) -> Source:
    """A textured square on grey that moves `step` pixels a frame."""
    texture = np.random.default_rng(0).integers(120, 255, (32, 32, 3), dtype=np.uint8)
    with Encoder(path, width=320, height=96, fps=Fraction(30), crf=8) as encoder:
        for number in range(32):
            picture = np.full((96, 320, 3), 60, np.uint8)
            picture[32:64, 20 + number * step : 52 + number * step] = texture
            encoder.write(picture)
    return open_source(path)


def middle(picture: Any) -> float:
    bright = picture.astype(float).mean(2).clip(100) - 100
    return float((bright.sum(0) * np.arange(bright.shape[1])).sum() / bright.sum())
