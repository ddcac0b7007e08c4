"""Optimizations of speed and memory: named settings, each with what it does and what it costs. No torch here.

`RUNNER_OPTIMIZATIONS="attention=flash, cache=first-block:0.08"` in the environment sets them for every model,
`optimizations` in a folder's lingying.json for that one. `families.optimizations` applies them. A model with
optimizations is cached apart from the same one without, so neither changes the other; what keeps state
between steps is applied for one sampling only.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

from generation.runner import errors
from generation.runner.families import registry
from generation.runner.model_spec import BLOCK_CACHE, GUIDANCE_PASS, ModelSpec


@dataclass(frozen=True, slots=True)
class Optimization:
    """`takes`, `does` and `costs` are for people to read. `values`: what may stand before a colon; none:
    anything. `feature`: what a family must declare; none: nothing. `packages` must be installed."""

    takes: str
    does: str
    costs: str
    values: tuple[str, ...] = ()
    feature: str = ""
    packages: tuple[str, ...] = ()
    gpu: bool = False


OPTIMIZATIONS: Mapping[str, Optimization] = {
    "compile": Optimization(
        "on", "compiles the blocks that a transformer repeats, once per shape", "the last bits differ",
        values=("on",),
    ),
    "attention": Optimization(
        "a backend of diffusers: flash, sage, native, …", "computes attention by another kernel",
        "the last bits differ; sage rounds to 8 bits",
    ),
    "cache": Optimization(
        "first-block:THRESHOLD, taylorseer:INTERVAL or mag:THRESHOLD",
        "answers steps that change little from those before", "fine motion and detail, more with the number",
        values=("first-block", "taylorseer", "mag"), feature=BLOCK_CACHE,
    ),
    "fp8": Optimization(
        "on", "keeps the transformer's weights in 8 bits", "small changes of texture and colour",
        values=("on",), packages=("torchao",), gpu=True,
    ),
    "offload": Optimization(
        "model or group", "keeps in RAM what is not in use", "none; slower, by how fast the bus is",
        values=("model", "group"), gpu=True,
    ),
    "vae-tiling": Optimization(
        "on", "encodes and decodes in overlapping tiles", "faint seams in even areas", values=("on",),
    ),
    "guidance-until": Optimization(
        "a share of the steps, as 0.6", "leaves guidance out of the later steps, half their work",
        "a little contrast and adherence", feature=GUIDANCE_PASS,
    ),
    "lora": Optimization(
        "a file", "adds weights that sample in few steps; say how many with steps in lingying.json",
        "variety and fine motion, as its card says", packages=("peft",),
    ),
    "context-parallel": Optimization(
        "how many GPUs", "shares the tokens of a video between the processes of one torchrun",
        "the last bits differ", gpu=True,
    ),
}  # fmt: skip
MEMORY_SAVING = {"cpu": {"vae-tiling": "on"}, "cuda": {"vae-tiling": "on", "offload": "model"}}  # by device


def parse(text: str) -> dict[str, str]:
    """`a=b, c` as {"a": "b", "c": "on"}."""
    pairs = (each.partition("=") for each in text.split(",") if each.strip())
    return {name.strip(): value.strip() or "on" for name, _, value in pairs}


def with_optimizations(model: ModelSpec, device: str) -> ModelSpec:
    """`model` with the optimizations of the environment over its own, all checked. Raises
    OptimizationNotFound, InvalidOptimizationValue, OptimizationNotForModel, OptimizationNotMeasured,
    OptimizationNeedsGpu, OptimizationNeedsPackage."""
    #: [name=value, …] Optimizations of every model here, over those in its lingying.json. Set it on a
    #: GPU host.
    chosen = {**model.optimizations, **parse(os.environ.get("RUNNER_OPTIMIZATIONS", ""))}
    for name, value in chosen.items():
        _check_value(name, value)
        _check_usable(name, value, model, device)
    return replace(model, optimizations=chosen)


def memory_saving(model: ModelSpec, device: str) -> ModelSpec:
    """`model` with the optimizations that save most memory on `device` besides its own."""
    return replace(model, optimizations={**model.optimizations, **MEMORY_SAVING[device]})


def _check_value(name: str, value: str) -> None:
    if name not in OPTIMIZATIONS:
        raise errors.OptimizationNotFound(optimization=name, accepted=", ".join(OPTIMIZATIONS))
    accepted = OPTIMIZATIONS[name].values
    downloads = name == "attention" and value.endswith("_hub")  # nothing may be downloaded
    if downloads or (accepted and value.partition(":")[0] not in accepted):
        takes = OPTIMIZATIONS[name].takes
        raise errors.InvalidOptimizationValue(optimization=name, value=value, accepted=takes)


def _check_usable(name: str, value: str, model: ModelSpec, device: str) -> None:
    optimization = OPTIMIZATIONS[name]
    if optimization.feature and optimization.feature not in model.features:
        families = ", ".join(registry.with_feature(optimization.feature))
        raise errors.OptimizationNotForModel(optimization=name, model=model.name, families=families)
    if optimization.gpu and device == "cpu":
        raise errors.OptimizationNeedsGpu(optimization=name)
    if value.startswith("mag") and not model.mag_ratios:
        raise errors.OptimizationNotMeasured(optimization=name, model=model.name)
    if missing := [package for package in optimization.packages if find_spec(package) is None]:
        raise errors.OptimizationNeedsPackage(optimization=name, package=", ".join(missing))
