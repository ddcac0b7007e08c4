"""The runner as a library: a real pipeline of random weights."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline, WanImageToVideoPipeline
from PIL import Image

from fixtures.tiny_models import wan
from generation.runner.capsule import Capsule
from generation.runner.events import Event
from generation.runner.families import loading, registry
from generation.runner.families.adapter import SegmentRequest
from generation.runner.families.checkpoint import Checkpoint
from generation.runner.families.diffusers_adapter import DiffusersAdapter, noise_source
from generation.runner.families.sampling import Step
from generation.runner.frames import source
from generation.runner.run import run
from generation.runner.spec import GenerationSpec
from library.media.probe import probe
from library.media.shapes import ASPECTS
from tests.progress import Recorder
from tests.typing import not_none

SMALL: dict[str, Any] = {"short_side": 96, "steps": 2, "prompt": "一只猴子"}
BUILT_IN = Path(__file__).resolve().parents[2] / "models" / "lingying-tiny"
FLOW = {"use_flow_sigmas": True, "prediction_type": "flow_prediction", "flow_shift": 2.0}
Run = Callable[..., Capsule]


class Stopped(Exception):
    pass


@pytest.fixture
def made(tiny: Path, state: Path, tmp_path: Path) -> Run:
    """`made("a.mp4", seconds=1)` runs the tiny model; more arguments of `run` go through `how`."""

    def make(name: str, *, folder: Path = tiny, how: dict[str, Any] | None = None, **spec: Any) -> Capsule:
        where = {"workdir": tmp_path / "work", "state": state} | (how or {})
        return run(GenerationSpec(**(SMALL | spec)), folder=folder, out=tmp_path / name, **where)

    return make


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"])
def test_every_aspect_is_delivered_with_its_size_and_frames(made: Run, tmp_path: Path, aspect: str) -> None:
    capsule = made("clip.mp4", aspect=aspect, seconds=0.5)

    found, spec = probe(tmp_path / "clip.mp4"), GenerationSpec(prompt="", aspect=aspect, short_side=96)
    assert (found.width, found.height) == spec.size
    assert found.frames == capsule.frames == 15 and found.fps == 30


def test_a_long_clip_is_a_chain_whose_frames_add_up(made: Run, tmp_path: Path) -> None:
    capsule = made("clip.mp4", seconds=2.4)

    assert len(capsule.segments) == 3 and probe(tmp_path / "clip.mp4").frames == 72
    assert len({segment["seed"] for segment in capsule.segments}) == 3


@pytest.mark.slow
def test_a_killed_chain_goes_on_behind_its_last_segment_and_ends_in_the_same_bytes(
    made: Run, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []

    def die(event: Event) -> None:
        if event.kind == "step":
            steps.append((event.data["segment"], event.data["step"]))
            if len(steps) == 3:
                raise Stopped

    made("whole.mp4", seconds=1.6, how={"workdir": tmp_path / "other"})
    with pytest.raises(Stopped):
        made("clip.mp4", seconds=1.6, how={"on_event": die})
    assert not (tmp_path / "clip.mp4").exists()
    made("clip.mp4", seconds=1.6, how={"on_event": die})

    assert steps == [(0, 1), (0, 2), (1, 1), (1, 1), (1, 2)]
    assert digest(tmp_path / "clip.mp4") == digest(tmp_path / "whole.mp4")


def test_cancelling_ends_within_one_step_and_never_decodes(made: Run, tmp_path: Path) -> None:
    kinds: list[str] = []

    def check() -> None:
        if kinds.count("step") == 2:
            raise Stopped

    how = {"progress": Recorder(check), "on_event": lambda event: kinds.append(event.kind)}
    with pytest.raises(Stopped):
        made("clip.mp4", steps=5, how=how)

    assert kinds.count("step") == 2 and "decode" not in kinds
    assert list(tmp_path.glob("*.mp4*")) == []


def test_a_job_after_one_that_was_broken_off_is_what_it_would_have_been(made: Run, tmp_path: Path) -> None:
    def break_off(event: Event) -> None:
        if event.kind == "step":
            raise Stopped

    made("before.mp4", seconds=0.5)
    with pytest.raises(Stopped):
        made("never.mp4", seed=9, how={"on_event": break_off})
    made("after.mp4", seconds=0.5, how={"workdir": tmp_path / "fresh"})

    assert digest(tmp_path / "before.mp4") == digest(tmp_path / "after.mp4")


def test_a_run_that_is_cancelled_at_once_loads_nothing(made: Run) -> None:
    kinds: list[str] = []

    def check() -> None:
        raise Stopped

    how = {"progress": Recorder(check), "on_event": lambda event: kinds.append(event.kind)}
    with pytest.raises(Stopped):
        made("never.mp4", how=how)

    assert kinds == ["loading"]


def test_the_runner_samples_exactly_what_plain_diffusers_does(tiny: Path) -> None:
    model = registry.read(tiny)
    adapter = loading.load(model, tiny, "cpu")
    request = SegmentRequest("一只猴子", "", (64, 32), 5, 2, 2.0, 7)

    latents = adapter.sample(request, lambda _: None).video
    ours = [frame for frames in adapter.decode(latents) for frame in frames]

    pipe = DiffusionPipeline.from_pretrained(tiny, local_files_only=True, dtype=torch.float32)
    plain = pipe("一只猴子", "", 32, 64, 5, 2, 2.0, generator=noise_source(7), max_sequence_length=12).frames[
        0
    ]
    assert np.array_equal(np.stack(ours), np.rint(plain * 255).astype(np.uint8))


def test_a_first_frame_conditions_as_in_plain_image_to_video(tiny: Path) -> None:
    adapter = loading.load(registry.read(tiny), tiny, "cpu")
    picture = np.random.default_rng(0).integers(0, 256, (32, 64, 3), np.uint8)
    request = SegmentRequest("一只猴子", "", (64, 32), 5, 2, 2.0, 7, conditioning_frames=picture[None])
    latents = adapter.sample(request, lambda _: None).video

    pipe = DiffusionPipeline.from_pretrained(tiny, local_files_only=True, dtype=torch.float32)
    texts = pipe.encode_prompt("一只猴子", "", max_sequence_length=12)
    plain = WanImageToVideoPipeline(**pipe.components, expand_timesteps=True)(
        Image.fromarray(picture), height=32, width=64, num_frames=5, num_inference_steps=2,
        guidance_scale=2.0, prompt_embeds=texts[0], negative_prompt_embeds=texts[1],
        generator=noise_source(7), output_type="latent",
    ).frames  # fmt: skip
    assert torch.allclose(latents, plain, atol=1e-5)


def test_conditioning_frames_are_what_the_segment_begins_with(tiny: Path) -> None:
    adapter = loading.load(registry.read(tiny), tiny, "cpu")
    conditioning = np.random.default_rng(0).integers(0, 256, (5, 32, 64, 3), np.uint8)

    request = SegmentRequest("一只猴子", "", (64, 32), 9, 2, 2.0, 7, conditioning_frames=conditioning)
    latents = adapter.sample(request, lambda _: None).video

    assert torch.allclose(latents[0, :, :2], adapter.encode(conditioning), atol=1e-5)


@pytest.mark.parametrize("scheduler", ["FlowMatchEulerDiscrete", "UniPCMultistep", "DPMSolverMultistep"])
@pytest.mark.parametrize("saved", [1, 3])
def test_a_sampling_that_is_resumed_from_a_checkpoint_ends_in_the_same_bits(
    tmp_path: Path, tiny: Path, scheduler: str, saved: int
) -> None:
    adapter = loading.load(registry.read(tiny), tiny, "cpu")
    assert isinstance(adapter, DiffusersAdapter)
    kind = getattr(diffusers, f"{scheduler}Scheduler")
    adapter._schedulers["scheduler"] = kind() if "Euler" in scheduler else kind(**FLOW)
    request, steps = SegmentRequest("一只猴子", "", (64, 32), 5, 4, 2.0, 7), []

    def die(step: Step) -> None:
        if step.done == saved:
            not_none(step.checkpoint()).save(tmp_path / "checkpoint")
            raise Stopped

    whole = adapter.sample(request, lambda _: None).video
    with pytest.raises(Stopped):
        adapter.sample(request, die)
    again = adapter.sample(
        request, lambda step: steps.append(step.done), Checkpoint.load(tmp_path / "checkpoint")
    ).video

    assert torch.equal(again, whole) and steps == list(range(saved + 1, 5))


def test_a_super_resolution_net_in_the_folder_is_used(tmp_path: Path, made: Run) -> None:
    folder = wan.build(tmp_path / "model")
    plain = made("plain.mp4", folder=folder, seconds=0.3)
    wan.add_superres(folder)

    finer = made("finer.mp4", folder=folder, seconds=0.3)

    assert finer.fingerprint != plain.fingerprint
    assert digest(tmp_path / "plain.mp4") != digest(tmp_path / "finer.mp4")


def test_an_extended_video_begins_with_all_of_what_it_goes_on_from(made: Run, tmp_path: Path) -> None:
    made("short.mp4", seconds=0.5)
    made("long.mp4", seconds=0.5, extends=tmp_path / "short.mp4")

    before, after = (list(source.frames(tmp_path / name)) for name in ("short.mp4", "long.mp4"))
    assert len(before) == 15 and len(after) == 30
    worst = max(np.abs(a.astype(int) - b).mean() for a, b in zip(before, after, strict=False))
    assert worst < 8  # encoded once more, and nothing else


def test_a_clip_begins_with_the_very_picture_it_was_given(made: Run, tmp_path: Path) -> None:
    across, down = np.meshgrid(np.arange(160), np.arange(90))
    picture = (
        np.stack([across, 2 * down, 128 + 100 * np.sin(across / 6)], axis=2).clip(0, 255).astype(np.uint8)
    )
    Image.fromarray(picture).save(tmp_path / "first.png")

    made("clip.mp4", seconds=0.5, short_side=90, first_frame=tmp_path / "first.png")

    first = next(iter(source.frames(tmp_path / "clip.mp4"))).astype(float)
    assert 10 * np.log10(255**2 / np.square(first - picture).mean()) >= 30  # dB


def test_the_time_left_is_known_from_the_first_step_of_the_second_run(made: Run, tmp_path: Path) -> None:
    etas: list[float | None] = []
    how = {"on_event": lambda event: etas.append(event.data["eta"]) if event.kind == "step" else None}
    for name in ("one", "two"):
        made(f"{name}.mp4", seconds=0.5, how=how | {"workdir": tmp_path / name})

    assert etas[2] is not None and etas[2] > 0


def test_previews_are_small_pictures_of_every_step(made: Run) -> None:
    events: list[Event] = []
    made("clip.mp4", seconds=0.5, how={"on_event": events.append})

    pictures = [event.data["jpeg"] for event in events if event.kind == "preview"]
    assert len(pictures) == 2 and all(picture.startswith(b"\xff\xd8") for picture in pictures)
    assert max(map(len, pictures)) < 20_000


@pytest.mark.slow
@pytest.mark.skipif(not BUILT_IN.exists(), reason="the built-in model is not exported here")
def test_the_built_in_model_is_a_folder_like_any_other(made: Run, tmp_path: Path) -> None:
    model = registry.read(BUILT_IN)
    capsule = made("clip.mp4", folder=BUILT_IN, prompt="端午节日气氛,赛龙舟", seconds=0.5)

    assert {"text", "first-frame", "extend"} <= model.can and model.sizes.keys() == ASPECTS.keys()
    assert probe(tmp_path / "clip.mp4").frames == capsule.frames == 15
