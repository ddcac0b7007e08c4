"""Model specs, plans and delivery: everything that is decided without loading a model."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.runner import errors, plan
from generation.runner.families import registry
from generation.runner.frames import canvas
from generation.runner.frames.delivery import deliver
from generation.runner.frames.rates import Rates
from generation.runner.frames.super_resolution import Upscaler
from generation.runner.model_spec import ModelSpec
from generation.runner.spec import GenerationSpec
from library.media.shapes import ASPECTS


def folder(path: Path, *, index: dict[str, Any], transformer: dict[str, Any] | None = None) -> Path:
    (path / "transformer").mkdir(parents=True)
    (path / "model_index.json").write_text(json.dumps({"_class_name": "WanPipeline"} | index))
    (path / "transformer/config.json").write_text(json.dumps(transformer or {}))
    return path


def test_a_folder_is_known_by_its_pipeline_class_and_says_what_it_can(tmp_path: Path) -> None:
    text = registry.read(folder(tmp_path / "a", index={}))
    both = registry.read(folder(tmp_path / "b", index={"expand_timesteps": True}))
    image = registry.read(folder(tmp_path / "c", index={"_class_name": "WanImageToVideoPipeline"}))

    assert "text" in text.can and "first-frame" not in text.can and text.max_conditioning_frames == 0
    assert {"text", "first-frame", "extend"} <= both.can and "last-frame" not in both.can
    assert {"first-frame", "last-frame"} <= image.can and "text" not in image.can
    assert text.sizes["16:9"] == (848, 480) and text.max_frames == 81


def test_what_a_model_cannot_do_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    text = registry.read(folder(tmp_path / "a", index={}))
    image = registry.read(folder(tmp_path / "c", index={"_class_name": "WanImageToVideoPipeline"}))

    for spec, model, refusal in [
        (GenerationSpec("x", first_frame=Path("a.png")), text, errors.NoFirstFrame),
        (GenerationSpec("x", last_frame=Path("a.png")), text, errors.NoLastFrame),
        (GenerationSpec("x", seconds=60), text, errors.CannotExtend),
        (GenerationSpec("x"), image, errors.NeedsFirstFrame),
        (GenerationSpec("x", aspect="2:1"), text, errors.AspectNotFound),
        (GenerationSpec("x", seconds=121), text, errors.LengthOutOfRange),
        (GenerationSpec("x", steps=0), text, errors.StepsOutOfRange),
        (GenerationSpec("x", fps=61), text, errors.FrameRateOutOfRange),
    ]:
        with pytest.raises(refusal):
            plan.check(spec, model)


def test_a_folder_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(errors.FamilyNotFound, match="StableDiffusionPipeline"):
        registry.read(folder(tmp_path / "x", index={"_class_name": "StableDiffusionPipeline"}))
    with pytest.raises(errors.ModelFolderNotFound):
        registry.read(tmp_path / "nothing")


@given(
    seconds=st.floats(0.1, 120),
    most=st.integers(2, 40).map(lambda k: 4 * k + 1),
    conditioning=st.sampled_from([1, 5, 9]),
    fps=st.sampled_from([8, 16, 24, 25, 30]),
    extends=st.booleans(),
)
def test_a_chain_has_enough_frames_for_any_length_and_obeys_the_frame_rule(
    seconds: float, most: int, conditioning: int, fps: int, extends: bool
) -> None:
    plain = ModelSpec("m", "wan", "", {}, fps, 1, 1.0, most, 4, 1, frozenset())
    native = {"prefix_latent_frames": [(conditioning - 1) // 4 + 1], "max_frames": most}
    model = plain.overlaid({"native": native})
    spec = GenerationSpec("x", seconds=seconds, extends=Path("a.mp4") if extends else None)

    chain = plan.segments(spec, model)

    assert sum(segment.new_frames for segment in chain) >= plan.native_frames(spec, model)
    assert all(segment.frames % 4 == 1 and segment.frames <= most for segment in chain)
    assert all(
        segment.dropped < segment.frames and segment.conditioning_frames % 4 in (0, 1) for segment in chain
    )


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(("native", "count"), [(8, 61), (16, 30), (24, 45), (30, 30)])
def test_delivery_has_exactly_the_frames_and_shape_asked_for(aspect: str, native: int, count: int) -> None:
    spec = GenerationSpec("", aspect=aspect, short_side=90)
    source = (np.full((80, 128, 3), number * 3 % 256, np.uint8) for number in range(count))

    frames = list(
        deliver(source, rates=Rates(native, 30), numbers=range(count), shape=spec.size, upscaler=_plain())
    )

    assert len(frames) == count
    ((height, width, _),) = {frame.shape for frame in frames}
    assert width == min(128, round(80 * spec.size[0] / spec.size[1]))
    assert height == min(80, round(128 * spec.size[1] / spec.size[0]))


def test_what_moves_is_halfway_between_two_frames_not_in_two_places() -> None:
    frames = list(
        deliver(_moving(3, 12), rates=Rates(15, 30), numbers=range(4), shape=(160, 90), upscaler=_plain())
    )

    bright = np.flatnonzero(frames[1][45, :, 0] > 128)
    first, second = (np.flatnonzero(frames[index][45, :, 0] > 128).mean() for index in (0, 2))
    assert bright.mean() == pytest.approx((first + second) / 2, abs=1.5)
    assert bright.max() - bright.min() < 40  # one square, not two


def test_a_cut_is_not_blended() -> None:
    black, white = np.zeros((90, 160, 3), np.uint8), np.full((90, 160, 3), 255, np.uint8)

    frames = deliver(
        iter([black, white]), rates=Rates(10, 30), numbers=range(3), shape=(160, 90), upscaler=_plain()
    )

    assert [int(frame.mean()) for frame in frames] == [0, 0, 255]


def test_delivery_holds_two_native_frames_however_long_it_is() -> None:
    ahead = 0

    def native() -> Iterator[np.ndarray]:
        nonlocal ahead
        for _ in range(80):
            ahead += 1
            yield np.zeros((32, 64, 3), np.uint8)

    frames = deliver(native(), rates=Rates(8, 30), numbers=range(300), shape=(64, 36), upscaler=_plain())
    for number, _ in enumerate(frames):
        assert ahead <= number * 8 // 30 + 2


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_picture_laid_on_the_canvas_is_cut_out_again_where_it_was(aspect: str) -> None:
    size = GenerationSpec("", aspect=aspect, short_side=90).size
    picture = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)

    native = canvas.onto(picture, (128, 80), size)

    x, y, width, height = canvas.window((128, 80), size)
    assert native.shape == (80, 128, 3)
    assert np.array_equal(
        canvas.crop(native, size), canvas.resize(canvas.crop(picture, size), (width, height))
    )
    assert canvas.crop(native, size).base is not None and (x, y) != (-1, -1)


def _plain() -> Upscaler:
    return Upscaler(Path("/nowhere"), "cpu")


def _moving(count: int, by: int) -> Iterator[np.ndarray]:
    """A textured square that moves to the right."""
    square = np.random.default_rng(0).integers(160, 256, (24, 24, 1), np.uint8).repeat(3, 2)
    for number in range(count):
        frame = np.full((90, 160, 3), 20, np.uint8)
        frame[33:57, 40 + number * by : 64 + number * by] = square
        yield frame
