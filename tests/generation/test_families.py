"""The contract of a family: the same tests over a tiny folder of each, real pipelines of random weights."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny
from PIL import Image

from generation.runner import errors, plan
from generation.runner.families import loading, registry
from generation.runner.families.adapter import ModelAdapter, Sampled, SegmentRequest
from generation.runner.families.sampling import Checkpoint, Step
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
from generation.runner.spec import GenerationSpec, Keyframe
from library.media.shapes import ASPECTS
from tests.typing import not_none

ROOT = Path(__file__).resolve().parents[2]
KINDS = (
    "wan", "wan-text", "wan-image", "ltx", "ltx-plain", "ltx2", "cogvideo", "cogvideo-image",
    "hunyuan", "hunyuan-image", "hunyuan-concat", "skyreels",
)  # fmt: skip
FOLDERS = {kind: kind.split("-")[0] for kind in KINDS}
SIZE = (64, 32)
# they are told the picture and draw it themselves, which random weights do not and trained ones do
TOLD_ONLY = {"wan", "cogvideo", "hunyuan-concat"}
Folder = Callable[[str], Path]


class Stopped(Exception):
    pass


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """`folder("ltx")`: the tiny folder of that kind, made once."""

    @cache
    def build(kind: str) -> Path:
        made = import_module(f"fixtures.tiny_models.{FOLDERS[kind]}")
        return made.build(tmp_path_factory.mktemp("family") / kind, kind)

    return build


@pytest.fixture(scope="session")
def loaded(folder: Folder) -> Callable[[str], ModelAdapter]:
    """`loaded("ltx")`: the model, loaded once, as it stays warm between jobs."""
    torch.set_num_threads(2)
    return cache(lambda kind: _load(folder(kind)))


@pytest.fixture(params=KINDS)
def family(request: pytest.FixtureRequest, loaded: Callable[[str], ModelAdapter]) -> ModelAdapter:
    return loaded(request.param)


def _load(path: Path) -> ModelAdapter:
    return loading.load(registry.read(path), path, "cpu")


def picture(number: int = 0) -> Any:
    """Soft patches of random colours, at native size."""
    patches = np.random.default_rng(number).integers(0, 256, (4, 8, 3), np.uint8)
    return cv2.resize(patches, SIZE, interpolation=cv2.INTER_CUBIC)


def shot(card: ModelSpec, **changes: Any) -> SegmentRequest:
    """The plainest shot that the model can make."""
    lead = {} if TEXT in card.can else {"lead": picture()[None]}
    plain: dict[str, Any] = {
        "prompt": "一只猴子",
        "negative_prompt": "",
        "size": SIZE,
        "frames": card.frame_step + 1,
    }
    return SegmentRequest(**(plain | {"steps": 2, "guidance": 2.0, "seed": 7} | lead | changes))


def made(family: ModelAdapter, on_step: Callable[[Step], None] = lambda _: None, **changes: Any) -> Sampled:
    return family.sample(shot(family.card, **changes), on_step)


def decoded(family: ModelAdapter, sampled: Sampled) -> np.ndarray:
    return np.stack([frame for frames in family.decode(sampled.video) for frame in frames])


def digest(family: ModelAdapter, sampled: Sampled) -> str:
    return hashlib.sha256(decoded(family, sampled).tobytes()).hexdigest()


def differ(one: Sampled, other: Sampled) -> bool:
    return not torch.equal(one.video, other.video)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_or_prompt_gives_others(
    family: ModelAdapter,
) -> None:
    first = made(family)

    assert digest(family, first) == digest(family, made(family))
    assert differ(first, made(family, seed=8)) and differ(first, made(family, prompt="公园里下棋"))


def test_a_segment_has_the_frames_and_the_size_that_the_rule_of_its_family_gives(
    family: ModelAdapter,
) -> None:
    frames = decoded(family, made(family, frames=family.card.max_frames))

    assert frames.shape == (family.card.max_frames, SIZE[1], SIZE[0], 3) and frames.dtype == np.uint8
    assert (family.card.max_frames - 1) % family.card.frame_step == 0


def test_what_a_card_declares_changes_what_is_made(family: ModelAdapter) -> None:
    card, plain = family.card, made(family)
    asked: dict[str, dict[str, Any]] = {
        FIRST_FRAME: {"lead": picture(1)[None]},
        LAST_FRAME: {"last": picture(2)} | ({} if TEXT in card.can else {"lead": picture()[None]}),
        KEYFRAMES: {"keyframes": ((card.frame_step // 2, picture(3)),)},
        NEGATIVE_PROMPT: {"negative_prompt": "下棋"},
        "guidance": {"guidance": 3.0},
    }
    for ability in card.can & asked.keys():
        assert differ(plain, made(family, **asked[ability])), ability


def test_what_a_card_does_not_declare_is_refused_before_anything_is_loaded(family: ModelAdapter) -> None:
    start = {} if TEXT in family.card.can else {"first_frame": Path("a.png")}
    asked: dict[str, tuple[dict[str, Any], type[Exception]]] = {
        TEXT: ({"first_frame": None}, errors.NeedsFirstFrame),
        FIRST_FRAME: ({"first_frame": Path("a.png")}, errors.NoFirstFrame),
        LAST_FRAME: ({"last_frame": Path("a.png")}, errors.NoLastFrame),
        KEYFRAMES: ({"keyframes": (Keyframe(0.2, Path("a.png")),)}, errors.NoKeyframes),
        EXTEND: ({"extends": Path("a.mp4")}, errors.CannotExtend),
        NEGATIVE_PROMPT: ({"negative_prompt": "x"}, errors.NoNegativePrompt),
    }
    for ability in asked.keys() - family.card.can:
        more, refusal = asked[ability]
        with pytest.raises(refusal):
            plan.check(GenerationSpec("x", seconds=0.5, **(start | more)), family.card)


def test_a_first_frame_is_what_the_clip_begins_with(
    family: ModelAdapter, request: pytest.FixtureRequest
) -> None:
    if FIRST_FRAME not in family.card.can:
        pytest.skip("it begins from text alone")
    sampled = made(family, lead=picture(1)[None], steps=8)
    ours, others = (family.encode(picture(number)[None])[:, 0] for number in (1, 2))

    if (
        TOLD_ONLY & {family.card.family, request.node.callspec.params["family"]}
        and TEXT not in family.card.can
    ):
        assert differ(sampled, made(family, lead=picture(2)[None], steps=8))
    else:
        begins = sampled.video[0, :, 0]
        assert (begins - ours).abs().mean() < (begins - others).abs().mean() / 4


def test_a_clean_beginning_of_several_frames_is_kept(family: ModelAdapter) -> None:
    if {TEXT, EXTEND} - family.card.can:
        pytest.skip("it goes on from one picture")
    lead = np.stack([picture(number) for number in range(family.card.frame_step + 1)])
    sampled = made(family, lead=lead, frames=2 * family.card.frame_step + 1, steps=8)

    clean = family.encode(lead)
    assert (sampled.video[0, :, : clean.shape[1]] - clean).abs().mean() < 0.1


def test_cancelling_ends_within_one_step(family: ModelAdapter) -> None:
    steps: list[int] = []

    def stop(step: Step) -> None:
        steps.append(step.done)
        raise Stopped

    with pytest.raises(Stopped):
        made(family, stop, steps=5)
    assert steps == [1]


def test_a_job_after_one_that_was_broken_off_is_what_it_would_have_been_in_a_fresh_process(
    family: ModelAdapter, folder: Folder, request: pytest.FixtureRequest
) -> None:
    def stop(step: Step) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        made(family, stop, seed=3)
    after = made(family)

    fresh = made(_load(folder(request.node.callspec.params["family"])))
    assert torch.equal(after.video, fresh.video)


def test_a_sampling_goes_on_behind_a_kept_step_bit_for_bit(family: ModelAdapter, tmp_path: Path) -> None:
    steps: list[int] = []
    whole = made(family, lambda step: not_none(step.moment()).save(tmp_path / f"{step.done}"), steps=3)

    asked, since = shot(family.card, steps=3), Checkpoint.load(tmp_path / "2")
    again = family.sample(asked, lambda step: steps.append(step.done), since)

    assert torch.equal(again.video, whole.video) and steps == [3]
    assert whole.audio is None or torch.equal(not_none(again.audio), whole.audio)


def test_previews_come_with_every_step(family: ModelAdapter) -> None:
    preview, seen = Preview(family, "", State(None), Path("/nowhere")), []
    made(family, lambda step: seen.append(preview.jpeg(step.clean())))

    assert len(seen) == 2 and all(jpeg.startswith(b"\xff\xd8") for jpeg in seen)


def test_a_folder_with_a_small_decoder_of_its_own_is_previewed_by_it(
    family: ModelAdapter, tmp_path: Path
) -> None:
    steps: list[torch.Tensor] = []
    made(family, lambda step: steps.append(step.clean()))
    blocks = {"encoder_block_out_channels": [8] * 4, "decoder_block_out_channels": [8] * 4}
    counts = {"num_encoder_blocks": [1] * 4, "num_decoder_blocks": [1] * 4}
    torch.manual_seed(0)
    small = AutoencoderTiny(latent_channels=len(steps[-1]), **blocks, **counts)
    small.save_pretrained(tmp_path / "preview")

    shown = [
        Image.open(BytesIO(jpeg)) for jpeg in map(Preview(family, "", State(None), tmp_path).jpeg, steps)
    ]
    linear = Image.open(BytesIO(Preview(family, "", State(None), Path("/nowhere")).jpeg(steps[-1])))

    assert shown[-1].size == linear.size and shown[-1].tobytes() != linear.tobytes()
    assert shown[0].tobytes() != shown[-1].tobytes()


def test_the_last_step_shows_what_is_decoded(family: ModelAdapter) -> None:
    """The clean latents of the last step are, but for what was given, those that come out."""
    seen: list[torch.Tensor] = []
    sampled = made(family, lambda step: seen.append(step.clean()))

    ours, theirs = seen[-1][:, -1], sampled.video[0, :, -1]
    assert torch.allclose(ours, theirs, atol=0.2 * float(theirs.std()))


def test_a_prompt_that_was_read_before_is_not_read_again_and_gives_the_same_bits(
    family: ModelAdapter,
) -> None:
    adapter: Any = family
    first = made(family)
    kept = adapter._texts.bytes
    again = made(family)
    adapter._texts = type(adapter._texts)()

    assert kept > 0 and torch.equal(first.video, again.video) and torch.equal(first.video, made(family).video)


def test_sound_comes_with_the_picture_where_the_card_says_so(family: ModelAdapter) -> None:
    sampled = made(family)
    heard = family.listen(sampled)

    assert (heard is not None) == (AUDIO in family.card.can)
    if heard is not None:
        seconds = (family.card.frame_step + 1) / family.card.fps
        assert heard.samples.shape[0] == 2 and heard.samples.shape[1] / heard.rate == pytest.approx(
            seconds, abs=0.1
        )


def test_a_card_is_read_without_torch(folder: Folder) -> None:
    paths = [str(folder(kind)) for kind in KINDS]
    code = (
        "import sys; from generation.runner.families import registry;"
        "print({registry.read(path).family for path in sys.argv[1:]}); assert 'torch' not in sys.modules"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *paths], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert eval(done.stdout) == {"wan", "ltx", "ltx2", "cogvideo", "hunyuan", "skyreels"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_knows_a_native_size_for_every_aspect(folder: Folder, kind: str) -> None:
    path = folder(kind)
    (path / "lingying.json").rename(path / "hidden.json")
    try:
        card = registry.read(path)
    finally:
        (path / "hidden.json").rename(path / "lingying.json")

    assert card.sizes.keys() == set(ASPECTS) and all(w % 16 == h % 16 == 0 for w, h in card.sizes.values())
