"""Optimizations and memory: what they change, what they leave behind, and what they refuse."""

import json
import mmap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.models import attention_dispatch

import generation.runner.run as runner
from fixtures import tiny_models
from fixtures.tiny_models import wan
from generation.runner import errors
from generation.runner.events import Event
from generation.runner.families import loading, registry
from generation.runner.families.adapter import ModelAdapter, SampledLatents, SegmentRequest
from generation.runner.families.sampling import Step
from generation.runner.families.wan.adapter import Wan
from generation.runner.model_spec import BLOCK_CACHE, ModelSpec
from generation.runner.runtime import machine, optimizations
from generation.runner.runtime.model_cache import ModelCache
from generation.runner.spec import GenerationSpec

ROOT = Path(__file__).resolve().parents[2]
REQUEST = SegmentRequest("一只猴子", "", (64, 32), 9, 4, 2.0, 7)
ON_A_CPU = [
    {"cache": "first-block:0.9"},
    {"cache": "taylorseer:2"},
    {"cache": "mag:9"},
    {"attention": "_native_math"},
    {"vae-tiling": "on"},
]
WITH_BLOCK_CACHE = registry.with_feature(BLOCK_CACHE)
CACHES = [{"cache": "first-block:0.9"}, {"cache": "taylorseer:2"}, {"cache": "mag:9"}]


class Stopped(Exception):
    pass


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of every family with a block cache, its plainest folder."""
    made, builders = tmp_path_factory.mktemp("optimizations"), tiny_models.builders()
    return {family: builders[family].build(made / family) for family in WITH_BLOCK_CACHE}


def load(folder: Path, **chosen: str) -> ModelAdapter:
    torch.set_num_threads(2)
    model = replace(registry.read(folder), optimizations=chosen, mag_ratios=(1.0, 1.0, 0.99, 0.98))
    return loading.load(model, folder, "cpu")


def stop(step: Step) -> None:
    if step.done == 2:
        raise Stopped


def video(adapter: ModelAdapter, request: SegmentRequest = REQUEST) -> torch.Tensor:
    return adapter.sample(request, lambda _: None).video


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wan", "ltx"])
@pytest.mark.parametrize("chosen", ON_A_CPU, ids=str)
def test_a_job_after_one_with_an_optimization_is_what_it_would_have_been_in_a_fresh_process(
    folders: dict[str, Path], kind: str, chosen: dict[str, str]
) -> None:
    plain = load(folders[kind])
    without = video(plain)
    adapter, expected = load(folders[kind], **chosen), video(load(folders[kind], **chosen))

    with pytest.raises(Stopped):
        adapter.sample(replace(REQUEST, seed=3), stop)

    assert torch.equal(video(adapter), expected) and torch.equal(video(adapter), expected)
    assert torch.equal(video(plain), without)


@pytest.mark.parametrize("kind", WITH_BLOCK_CACHE)
@pytest.mark.parametrize("chosen", CACHES, ids=str)
def test_a_cache_answers_some_steps_from_those_before(
    folders: dict[str, Path], kind: str, chosen: dict[str, str]
) -> None:
    assert not torch.equal(video(load(folders[kind], **chosen)), video(load(folders[kind])))


def test_guidance_that_is_cut_off_halves_the_later_steps(folders: dict[str, Path]) -> None:
    passes: list[int] = []
    for chosen in ({}, {"guidance-until": "0.5"}):
        adapter, count = load(folders["wan"], **chosen), [0]
        assert isinstance(adapter, Wan)
        transformer = adapter._pipe.transformer
        transformer.register_forward_pre_hook(lambda *_, count=count: count.__setitem__(0, count[0] + 1))
        video(adapter)
        passes += count

    assert passes == [8, 6]


def test_with_a_step_cache_there_are_no_checkpoints_for_they_would_be_incomplete(
    folders: dict[str, Path],
) -> None:
    checkpoints, adapter = list[Any](), load(folders["wan"], cache="first-block")
    adapter.sample(REQUEST, lambda step: checkpoints.append(step.checkpoint()))

    assert checkpoints == [None] * 4


def test_tiles_decode_the_same_number_of_frames(folders: dict[str, Path]) -> None:
    adapter = load(folders["wan"], **{"vae-tiling": "on"})

    assert sum(map(len, adapter.decode(video(adapter)))) == REQUEST.frames


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("warp=9", errors.OptimizationNotFound),
        ("cache=magic", errors.InvalidOptimizationValue),
        ("cache=mag", errors.OptimizationNotMeasured),
        ("attention=flash_hub", errors.InvalidOptimizationValue),
        ("fp8", errors.OptimizationNeedsGpu),
        ("offload=model", errors.OptimizationNeedsGpu),
        ("context-parallel=2", errors.OptimizationNeedsGpu),
        ("lora=few.safetensors", errors.OptimizationNeedsPackage),
    ],
)
def test_an_optimization_that_cannot_be_applied_is_refused_before_anything_is_loaded(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, text: str, refusal: type[Exception]
) -> None:
    monkeypatch.setenv("RUNNER_OPTIMIZATIONS", text)
    monkeypatch.setattr(optimizations, "find_spec", lambda name: None)

    with pytest.raises(refusal):
        optimizations.with_optimizations(registry.read(folders["wan"]), "cpu")


def test_an_optimization_for_other_families_is_refused_with_their_names(folders: dict[str, Path]) -> None:
    model = replace(registry.read(folders["ltx"]), optimizations={"guidance-until": "0.5"})

    with pytest.raises(errors.OptimizationNotForModel, match="skyreels, wan"):
        optimizations.with_optimizations(model, "cpu")


def test_the_page_on_generation_has_every_optimization() -> None:
    page = (ROOT / "docs" / "generation.md").read_text("utf-8")

    assert [name for name in optimizations.OPTIMIZATIONS if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize(
    ("backend", "reason"), [("flash", "flash"), ("_native_cudnn", "No viable"), ("x", "x")]
)
def test_an_attention_backend_that_cannot_compute_here_is_refused_with_the_reason(
    folders: dict[str, Path], backend: str, reason: str
) -> None:
    with pytest.raises(errors.OptimizationRefused, match=reason):
        load(folders["wan"], attention=backend)


def test_an_attention_backend_is_for_one_sampling_not_for_the_process(folders: dict[str, Path]) -> None:
    backends, adapter = list[Any](), load(folders["wan"], attention="_native_math")
    adapter.sample(REQUEST, lambda _: backends.append(_active_backend()))

    assert {each.value for each in backends} == {"_native_math"} and _active_backend().value == "native"


def _active_backend() -> Any:
    return attention_dispatch._AttentionBackendRegistry.get_active_backend()[0]


def test_the_capsule_says_which_optimizations_a_clip_was_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = wan.build(tmp_path / "wan")
    own = json.loads((folder / "lingying.json").read_text())
    (folder / "lingying.json").write_text(json.dumps(own | {"optimizations": {"vae-tiling": "on"}}))
    monkeypatch.setattr(runner, "MODEL_CACHE", ModelCache())

    capsule = _run(tmp_path, folder)

    assert capsule.machine["optimizations"] == {"vae-tiling": "on"}


SHORT_ON_CUDA = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")


@pytest.fixture
def short_of_memory(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """`short_of_memory(2)`: the first two samplings run out of it; the optimizations of every try."""
    tries: list[Any] = []
    plain = Wan.sample

    def arrange(times: int, error: Exception = SHORT_ON_CUDA) -> list[Any]:
        def sample(self: Wan, *args: Any, **kwargs: Any) -> SampledLatents:
            tries.append(dict(self.model.optimizations))
            if len(tries) <= times:
                raise error
            return plain(self, *args, **kwargs)

        monkeypatch.setattr(Wan, "sample", sample)
        monkeypatch.setattr(runner, "MODEL_CACHE", ModelCache())
        return tries

    return arrange


def test_a_run_that_is_out_of_memory_is_tried_once_more_with_less(
    short_of_memory: Callable[..., list[Any]], folders: dict[str, Path], tmp_path: Path
) -> None:
    tries, events = short_of_memory(1), list[Event]()

    capsule = _run(tmp_path, folders["wan"], on_event=events.append)

    assert tries == [{}, {"vae-tiling": "on"}] and capsule.machine["optimizations"] == {"vae-tiling": "on"}
    assert [event.data for event in events if event.kind == "memory_saving"] == [
        {"optimizations": {"vae-tiling": "on"}}
    ]


def test_a_run_that_is_out_of_memory_twice_fails_with_numbers(
    short_of_memory: Callable[..., list[Any]], folders: dict[str, Path], tmp_path: Path
) -> None:
    tries = short_of_memory(9)

    with pytest.raises(errors.OutOfMemory) as refused:
        _run(tmp_path, folders["wan"])

    params = refused.value.as_dict()["params"]
    assert len(tries) == 2 and params["size"] == "64×32" and params["most"] > params["used"] > 0
    assert params["needed"] == pytest.approx(params["used"] + 20, abs=0.11)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:119] . DefaultCPUAllocator: can't allocate memory: you tried to "
            "allocate 21474836480 bytes. Error code 12 (Cannot allocate memory)"
        ),
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        RuntimeError("std::bad_alloc"),
    ],
)  # fmt: skip
def test_so_is_one_on_a_cpu_however_a_library_says_it(
    short_of_memory: Callable[..., list[Any]], folders: dict[str, Path], tmp_path: Path, error: Exception
) -> None:
    tries = short_of_memory(1, error)

    _run(tmp_path, folders["wan"])

    assert tries == [{}, {"vae-tiling": "on"}]
    assert machine.asked_for(error) == (20 * 2**30 if "tried" in str(error) else 0)


@pytest.mark.parametrize(
    "allocate",
    [
        lambda: torch.empty(1 << 55, dtype=torch.uint8),
        lambda: torch.empty(8, dtype=torch.uint8).repeat(1 << 52),
        lambda: np.empty(1 << 55, np.uint8),
        lambda: bytearray(1 << 55),
        lambda: mmap.mmap(-1, 1 << 55),
    ],
)
def test_a_shortage_is_known_by_what_libraries_really_raise(allocate: Callable[[], Any]) -> None:
    with pytest.raises((RuntimeError, MemoryError, OSError)) as raised:
        allocate()

    assert machine.is_out_of_memory(raised.value)
    assert machine.asked_for(raised.value) in (0, 1 << 55)


def test_what_is_no_shortage_of_memory_is_not_tried_again(
    short_of_memory: Callable[..., list[Any]], folders: dict[str, Path], tmp_path: Path
) -> None:
    tries = short_of_memory(1, RuntimeError("shapes do not match"))

    with pytest.raises(RuntimeError, match="shapes"):
        _run(tmp_path, folders["wan"])

    assert len(tries) == 1


def _run(tmp_path: Path, folder: Path, **how: Any) -> Any:
    spec = GenerationSpec("一只猴子", seconds=0.5, short_side=96, steps=1)
    return runner.run(spec, folder=folder, out=tmp_path / "clip.mp4", workdir=tmp_path / "work", **how)


class Heavy(ModelAdapter):
    """A model that says what it weighs and where it is."""

    def __init__(self, model: ModelSpec, device: str, place: dict[str, str]) -> None:
        self.model, self.device, self._place = model, device, place
        self._place[model.name] = device

    @property
    def weight_bytes(self) -> int:
        return 10

    def to_cpu(self) -> bool:
        self._place[self.model.name] = "ram"
        return True

    def to_device(self) -> None:
        self._place[self.model.name] = self.device

    nothing: Any = lambda *_: None
    sample = decode = encode = nothing


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Where each model is that was loaded last from disk."""
    at: dict[str, str] = {}
    monkeypatch.setattr(loading, "load", lambda model, _, device: Heavy(model, device, at))
    monkeypatch.setattr("generation.runner.runtime.model_cache._bytes", lambda folder: 10)
    return at


def test_models_go_from_the_device_to_ram_and_from_there_in_the_order_of_their_last_use(
    place: dict[str, str], folders: dict[str, Path]
) -> None:
    cache, model = ModelCache(vram=20, ram=10), registry.read(folders["wan"])

    for name in "abac":
        with cache.borrow(Path(name), replace(model, name=name), "cuda", name):
            pass
    assert place == {"a": "cuda", "b": "ram", "c": "cuda"}

    with cache.borrow(Path("d"), replace(model, name="d"), "cuda", "d"):
        pass
    assert cache.folders == {Path("a"), Path("c"), Path("d")} and place["a"] == "ram"

    with cache.borrow(Path("a"), replace(model, name="a"), "cuda", "a") as adapter:
        assert adapter.model.name == "a" and place["a"] == "cuda" and place["c"] == "ram"


def test_a_model_larger_than_all_there_is_stands_alone(
    place: dict[str, str], folders: dict[str, Path]
) -> None:
    cache, model = ModelCache(ram=9), registry.read(folders["wan"])
    for name in "ab":
        with cache.borrow(Path(name), replace(model, name=name), "cpu", name):
            pass

    assert cache.folders == {Path("b")}
