"""The contract of an adapter: the same tests over tiny folders of each family, pipelines of random weights.

Families are those that the registry finds; `tiny` says how their folders are found.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny
from PIL import Image

from fixtures import tiny_models
from generation.runner.families import loading, registry
from generation.runner.families.adapter import ModelAdapter, SampledLatents, SegmentRequest
from generation.runner.families.checkpoint import Checkpoint
from generation.runner.families.diffusers_adapter import DiffusersAdapter
from generation.runner.families.sampling import Step
from generation.runner.model_spec import (
    AUDIO,
    EXTEND,
    FIRST_FRAME,
    KEYFRAMES,
    LAST_FRAME,
    NEGATIVE_PROMPT,
    TEXT,
    ModelSpec,
)
from generation.runner.preview import Preview
from generation.runner.runtime.state import State
from tests.typing import not_none

pytestmark = pytest.mark.slow

BUILDERS = tiny_models.builders()
SIZE = (64, 32)
Folder = Callable[[str], Path]


class Stopped(Exception):
    pass


@pytest.fixture(scope="session")
def loaded(tiny_folder: Folder) -> Callable[[str], ModelAdapter]:
    """`loaded("ltx")`: the model, loaded once, as it stays loaded between jobs."""
    torch.set_num_threads(2)
    return cache(lambda kind: _load(tiny_folder(kind)))


@pytest.fixture(params=BUILDERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def adapter(kind: str, loaded: Callable[[str], ModelAdapter]) -> ModelAdapter:
    return loaded(kind)


def _load(path: Path) -> ModelAdapter:
    return loading.load(registry.read(path), path, "cpu")


def picture(number: int = 0) -> Any:
    """Soft patches of random colours, at native size."""
    patches = np.random.default_rng(number).integers(0, 256, (4, 8, 3), np.uint8)
    return cv2.resize(patches, SIZE, interpolation=cv2.INTER_CUBIC)


def beginning(model: ModelSpec) -> dict[str, Any]:
    """A first frame where the model needs one."""
    return {} if TEXT in model.can else {"conditioning_frames": picture()[None]}


def segment(model: ModelSpec, **changes: Any) -> SegmentRequest:
    """The plainest segment that the model can make."""
    plain: dict[str, Any] = {
        "prompt": "一只猴子",
        "negative_prompt": "",
        "size": SIZE,
        "frames": model.frame_step + 1,
    }
    return SegmentRequest(**(plain | {"steps": 2, "guidance": 2.0, "seed": 7} | beginning(model) | changes))


def made(
    adapter: ModelAdapter, on_step: Callable[[Step], None] = lambda _: None, **changes: Any
) -> SampledLatents:
    return adapter.sample(segment(adapter.model, **changes), on_step)


def decoded(adapter: ModelAdapter, sampled: SampledLatents) -> np.ndarray:
    return np.stack([frame for frames in adapter.decode(sampled.video) for frame in frames])


def digest(adapter: ModelAdapter, sampled: SampledLatents) -> str:
    return hashlib.sha256(decoded(adapter, sampled).tobytes()).hexdigest()


def differ(one: SampledLatents, other: SampledLatents) -> bool:
    return not torch.equal(one.video, other.video)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_or_prompt_gives_others(
    adapter: ModelAdapter,
) -> None:
    first = made(adapter)

    assert digest(adapter, first) == digest(adapter, made(adapter))
    assert differ(first, made(adapter, seed=8)) and differ(first, made(adapter, prompt="公园里下棋"))


def test_a_segment_has_the_frames_and_the_size_that_the_rule_of_its_family_gives(
    adapter: ModelAdapter,
) -> None:
    frames = decoded(adapter, made(adapter, frames=adapter.model.max_frames))

    assert frames.shape == (adapter.model.max_frames, SIZE[1], SIZE[0], 3) and frames.dtype == np.uint8
    assert (adapter.model.max_frames - 1) % adapter.model.frame_step == 0


def test_what_a_spec_declares_changes_what_is_made(adapter: ModelAdapter) -> None:
    model, plain = adapter.model, made(adapter)
    asked: dict[str, dict[str, Any]] = {
        FIRST_FRAME: {"conditioning_frames": picture(1)[None]},
        LAST_FRAME: {"last_frame": picture(2)} | beginning(model),
        KEYFRAMES: {"keyframes": ((model.frame_step // 2, picture(3)),)},
        NEGATIVE_PROMPT: {"negative_prompt": "下棋"},
        "guidance": {"guidance": 3.0},
    }
    for ability in model.can & asked.keys():
        assert differ(plain, made(adapter, **asked[ability])), ability


def test_a_first_frame_is_what_the_clip_begins_with(adapter: ModelAdapter, kind: str) -> None:
    if FIRST_FRAME not in adapter.model.can:
        pytest.skip("it begins from text alone")
    sampled = made(adapter, conditioning_frames=picture(1)[None], steps=8)
    ours, others = (adapter.encode(picture(number)[None])[:, 0] for number in (1, 2))

    if kind in getattr(BUILDERS[kind], "PICTURE_IN_CHANNELS", ()):
        assert differ(sampled, made(adapter, conditioning_frames=picture(2)[None], steps=8))
    else:
        begins = sampled.video[0, :, 0]
        assert (begins - ours).abs().mean() < (begins - others).abs().mean() / 4


def test_several_conditioning_frames_are_kept(adapter: ModelAdapter) -> None:
    if {TEXT, EXTEND} - adapter.model.can:
        pytest.skip("it goes on from one picture")
    given = np.stack([picture(number) for number in range(adapter.model.frame_step + 1)])
    sampled = made(adapter, conditioning_frames=given, frames=2 * adapter.model.frame_step + 1, steps=8)

    clean = adapter.encode(given)
    assert (sampled.video[0, :, : clean.shape[1]] - clean).abs().mean() < 0.1


def test_cancelling_ends_within_one_step(adapter: ModelAdapter) -> None:
    steps: list[int] = []

    def stop(step: Step) -> None:
        steps.append(step.done)
        raise Stopped

    with pytest.raises(Stopped):
        made(adapter, stop, steps=5)
    assert steps == [1]


def test_a_job_after_one_that_was_broken_off_is_what_it_would_have_been_in_a_fresh_process(
    adapter: ModelAdapter, tiny_folder: Folder, kind: str
) -> None:
    def stop(step: Step) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        made(adapter, stop, seed=3)
    after = made(adapter)

    fresh = made(_load(tiny_folder(kind)))
    assert torch.equal(after.video, fresh.video)


def test_a_sampling_is_resumed_from_a_checkpoint_bit_for_bit(adapter: ModelAdapter, tmp_path: Path) -> None:
    steps: list[int] = []
    whole = made(adapter, lambda step: not_none(step.checkpoint()).save(tmp_path / f"{step.done}"), steps=3)

    asked, checkpoint = segment(adapter.model, steps=3), Checkpoint.load(tmp_path / "2")
    again = adapter.sample(asked, lambda step: steps.append(step.done), checkpoint)

    assert torch.equal(again.video, whole.video) and steps == [3]
    assert whole.audio is None or torch.equal(not_none(again.audio), whole.audio)


def test_previews_come_with_every_step(adapter: ModelAdapter) -> None:
    preview, seen = Preview(adapter, "", State(None), Path("/nowhere")), []
    made(adapter, lambda step: seen.append(preview.jpeg(step.clean_latents())))

    assert len(seen) == 2 and all(jpeg.startswith(b"\xff\xd8") for jpeg in seen)


def test_a_folder_with_a_small_decoder_of_its_own_is_previewed_by_it(
    adapter: ModelAdapter, tmp_path: Path
) -> None:
    steps: list[torch.Tensor] = []
    made(adapter, lambda step: steps.append(step.clean_latents()))
    blocks = {"encoder_block_out_channels": [8] * 4, "decoder_block_out_channels": [8] * 4}
    counts = {"num_encoder_blocks": [1] * 4, "num_decoder_blocks": [1] * 4}
    torch.manual_seed(0)
    small = AutoencoderTiny(latent_channels=len(steps[-1]), **blocks, **counts)
    small.save_pretrained(tmp_path / "preview")

    shown = [
        Image.open(BytesIO(jpeg)) for jpeg in map(Preview(adapter, "", State(None), tmp_path).jpeg, steps)
    ]
    linear = Image.open(BytesIO(Preview(adapter, "", State(None), Path("/nowhere")).jpeg(steps[-1])))

    assert shown[-1].size == linear.size and shown[-1].tobytes() != linear.tobytes()
    assert shown[0].tobytes() != shown[-1].tobytes()


def test_the_last_step_shows_what_is_decoded(adapter: ModelAdapter) -> None:
    """The clean latents of the last step are, but for what was given, those that come out."""
    seen: list[torch.Tensor] = []
    sampled = made(adapter, lambda step: seen.append(step.clean_latents()))

    ours, theirs = seen[-1][:, -1], sampled.video[0, :, -1]
    assert torch.allclose(ours, theirs, atol=0.2 * float(theirs.std()))


def test_a_prompt_that_was_encoded_before_is_not_encoded_again_and_gives_the_same_bits(
    adapter: ModelAdapter,
) -> None:
    assert isinstance(adapter, DiffusersAdapter)
    first = made(adapter)
    cached = adapter._prompts.bytes
    again = made(adapter)
    adapter._prompts = type(adapter._prompts)()

    assert (
        cached > 0 and torch.equal(first.video, again.video) and torch.equal(first.video, made(adapter).video)
    )


def test_sound_comes_with_the_picture_where_the_spec_says_so(adapter: ModelAdapter) -> None:
    sampled = made(adapter)
    heard = adapter.decode_audio(sampled)

    assert (heard is not None) == (AUDIO in adapter.model.can)
    if heard is not None:
        seconds = (adapter.model.frame_step + 1) / adapter.model.fps
        assert heard.samples.shape[0] == 2 and heard.samples.shape[1] / heard.rate == pytest.approx(
            seconds, abs=0.1
        )
