"""Speed levers and memory: what they change, what they leave behind, and what they refuse."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models import attention_dispatch

import generation.runner.run as runner
from fixtures.tiny_models import cogvideo, ltx, wan
from generation.runner import errors
from generation.runner.events import Event
from generation.runner.families import loading, registry
from generation.runner.families.adapter import ModelAdapter, Sampled, SegmentRequest
from generation.runner.families.sampling import Step
from generation.runner.families.wan.adapter import Wan
from generation.runner.model_spec import ModelSpec
from generation.runner.runtime import optimizations
from generation.runner.runtime.residency import Residency
from generation.runner.spec import GenerationSpec

SHOT = SegmentRequest("一只猴子", "", (64, 32), 9, 4, 2.0, 7)
ON_A_CPU = [
    {"cache": "first-block:0.9"},
    {"cache": "taylorseer:2"},
    {"cache": "mag:9"},
    {"attention": "_native_math"},
    {"vae-tiling": "on"},
]
CACHES = [{"cache": "first-block:0.9"}, {"cache": "taylorseer:2"}, {"cache": "mag:9"}]


class Stopped(Exception):
    pass


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = tmp_path_factory.mktemp("levers")
    return {kind.__name__.split(".")[-1]: kind.build(made / kind.__name__) for kind in (wan, ltx, cogvideo)}


def load(folder: Path, **pulled: str) -> ModelAdapter:
    torch.set_num_threads(2)
    card = replace(registry.read(folder), levers=pulled, mag_ratios=(1.0, 1.0, 0.99, 0.98))
    return loading.load(card, folder, "cpu")


def stop(step: Step) -> None:
    if step.done == 2:
        raise Stopped


def video(family: ModelAdapter, shot: SegmentRequest = SHOT) -> torch.Tensor:
    return family.sample(shot, lambda _: None).video


@pytest.mark.parametrize("kind", ["wan", "ltx"])
@pytest.mark.parametrize("pulled", ON_A_CPU, ids=str)
def test_a_job_after_one_with_a_lever_is_what_it_would_have_been_in_a_fresh_process(
    folders: dict[str, Path], kind: str, pulled: dict[str, str]
) -> None:
    plain = load(folders[kind])
    without = video(plain)
    family, expected = load(folders[kind], **pulled), video(load(folders[kind], **pulled))

    with pytest.raises(Stopped):
        family.sample(replace(SHOT, seed=3), stop)

    assert torch.equal(video(family), expected) and torch.equal(video(family), expected)
    assert torch.equal(video(plain), without)


@pytest.mark.parametrize("kind", ["wan", "ltx", "cogvideo"])
@pytest.mark.parametrize("pulled", CACHES, ids=str)
def test_a_cache_answers_some_steps_from_those_before(
    folders: dict[str, Path], kind: str, pulled: dict[str, str]
) -> None:
    assert not torch.equal(video(load(folders[kind], **pulled)), video(load(folders[kind])))


def test_guidance_that_is_cut_off_halves_the_later_steps(folders: dict[str, Path]) -> None:
    passes: list[int] = []
    for pulled in ({}, {"guidance-until": "0.5"}):
        family, count = load(folders["wan"], **pulled), [0]
        adapter: Any = family
        transformer = adapter._pipe.transformer
        transformer.register_forward_pre_hook(lambda *_, count=count: count.__setitem__(0, count[0] + 1))
        video(family)
        passes += count

    assert passes == [8, 6]


def test_a_cache_keeps_no_moments_for_they_would_not_be_all(folders: dict[str, Path]) -> None:
    moments: list[Any] = []
    load(folders["wan"], cache="first-block").sample(SHOT, lambda step: moments.append(step.moment()))

    assert moments == [None] * 4


def test_tiles_decode_the_same_number_of_frames(folders: dict[str, Path]) -> None:
    family = load(folders["wan"], **{"vae-tiling": "on"})

    assert sum(map(len, family.decode(video(family)))) == SHOT.frames


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("warp=9", errors.UnknownOptimization),
        ("cache=magic", errors.InvalidOptimizationValue),
        ("cache=mag", errors.OptimizationNotMeasured),
        ("attention=flash_hub", errors.InvalidOptimizationValue),
        ("fp8", errors.OptimizationNeedsGpu),
        ("offload=model", errors.OptimizationNeedsGpu),
        ("context-parallel=2", errors.OptimizationNeedsGpu),
        ("lora=few.safetensors", errors.OptimizationNeedsPackage),
    ],
)
def test_a_lever_that_cannot_be_pulled_is_refused_before_anything_is_loaded(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, text: str, refusal: type[Exception]
) -> None:
    monkeypatch.setenv("RUNNER_LEVERS", text)
    monkeypatch.setattr(optimizations, "find_spec", lambda name: None)

    with pytest.raises(refusal):
        optimizations.pulled(registry.read(folders["wan"]), "cpu")


def test_a_lever_of_other_families_is_refused_by_their_names(folders: dict[str, Path]) -> None:
    card = replace(registry.read(folders["ltx"]), levers={"guidance-until": "0.5"})

    with pytest.raises(errors.OptimizationNotForModel, match="skyreels, wan"):
        optimizations.pulled(card, "cpu")


@pytest.mark.parametrize(
    ("kernel", "reason"), [("flash", "flash"), ("_native_cudnn", "No viable"), ("x", "x")]
)
def test_a_kernel_that_cannot_compute_here_is_refused_with_the_reason(
    folders: dict[str, Path], kernel: str, reason: str
) -> None:
    with pytest.raises(errors.OptimizationRefused, match=reason):
        load(folders["wan"], attention=kernel)


def test_a_kernel_is_for_one_sampling_not_for_the_process(folders: dict[str, Path]) -> None:
    kernels: list[Any] = []
    load(folders["wan"], attention="_native_math").sample(SHOT, lambda _: kernels.append(_kernel()))

    assert {each.value for each in kernels} == {"_native_math"} and _kernel().value == "native"


def _kernel() -> Any:
    return attention_dispatch._AttentionBackendRegistry.get_active_backend()[0]


def test_the_capsule_says_which_levers_a_clip_was_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = wan.build(tmp_path / "wan")
    own = json.loads((folder / "lingying.json").read_text())
    (folder / "lingying.json").write_text(json.dumps(own | {"levers": {"vae-tiling": "on"}}))
    monkeypatch.setattr(runner, "WARM", Residency())

    capsule = _run(tmp_path, folder)

    assert capsule.machine["levers"] == {"vae-tiling": "on"}


@pytest.fixture
def short_of_memory(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[Any]]:
    """`short_of_memory(2)`: the first two samplings find too little; the levers of every try."""
    tries: list[Any] = []
    plain = Wan.sample

    def arrange(times: int) -> list[Any]:
        def sample(self: Wan, *args: Any, **kwargs: Any) -> Sampled:
            tries.append(dict(self.card.levers))
            if len(tries) <= times:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
            return plain(self, *args, **kwargs)

        monkeypatch.setattr(Wan, "sample", sample)
        monkeypatch.setattr(runner, "WARM", Residency())
        return tries

    return arrange


def test_a_run_that_is_out_of_memory_is_tried_once_more_with_less(
    short_of_memory: Callable[[int], list[Any]], folders: dict[str, Path], tmp_path: Path
) -> None:
    tries, events = short_of_memory(1), list[Event]()

    capsule = _run(tmp_path, folders["wan"], on_event=events.append)

    assert tries == [{}, {"vae-tiling": "on"}] and capsule.machine["levers"] == {"vae-tiling": "on"}
    assert [event.data for event in events if event.kind == "sparing"] == [{"levers": {"vae-tiling": "on"}}]


def test_a_run_that_is_out_of_memory_twice_fails_with_numbers(
    short_of_memory: Callable[[int], list[Any]], folders: dict[str, Path], tmp_path: Path
) -> None:
    tries = short_of_memory(9)

    with pytest.raises(errors.OutOfMemory) as refused:
        _run(tmp_path, folders["wan"])

    params = refused.value.as_dict()["params"]
    assert len(tries) == 2 and params["size"] == "64×32" and params["most"] > params["used"] > 0


def _run(tmp_path: Path, folder: Path, **how: Any) -> Any:
    brief = GenerationSpec("一只猴子", seconds=0.5, short_side=96, steps=1)
    return runner.run(brief, folder=folder, out=tmp_path / "clip.mp4", workdir=tmp_path / "work", **how)


class Heavy(ModelAdapter):
    """A model that says what it weighs and where it is."""

    def __init__(self, card: ModelSpec, device: str, place: dict[str, str]) -> None:
        self.card, self.device, self._place = card, device, place
        self._place[card.name] = device

    @property
    def bytes(self) -> int:
        return 10

    def rest(self) -> bool:
        self._place[self.card.name] = "ram"
        return True

    def wake(self) -> None:
        self._place[self.card.name] = self.device

    nothing: Any = lambda *_: None
    sample = decode = encode = nothing


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Where each model is that was loaded last from disk."""
    at: dict[str, str] = {}
    monkeypatch.setattr(loading, "load", lambda card, _, device: Heavy(card, device, at))
    monkeypatch.setattr("generation.runner.runtime.residency._bytes", lambda folder: 10)
    return at


def test_models_go_from_the_device_to_ram_and_from_there_in_the_order_of_their_last_use(
    place: dict[str, str], folders: dict[str, Path]
) -> None:
    warm, card = Residency(vram=20, ram=10), registry.read(folders["wan"])

    for name in "abac":
        with warm.held(Path(name), replace(card, name=name), "cuda", name):
            pass
    assert place == {"a": "cuda", "b": "ram", "c": "cuda"}

    with warm.held(Path("d"), replace(card, name="d"), "cuda", "d"):
        pass
    assert warm.folders == {Path("a"), Path("c"), Path("d")} and place["a"] == "ram"

    with warm.held(Path("a"), replace(card, name="a"), "cuda", "a") as family:
        assert family.card.name == "a" and place["a"] == "cuda" and place["c"] == "ram"


def test_a_model_larger_than_all_there_is_stands_alone(
    place: dict[str, str], folders: dict[str, Path]
) -> None:
    warm, card = Residency(ram=9), registry.read(folders["wan"])
    for name in "ab":
        with warm.held(Path(name), replace(card, name=name), "cpu", name):
            pass

    assert warm.folders == {Path("b")}
