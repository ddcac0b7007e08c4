"""Speed optimizations: named settings, each with what it does and what it costs. No torch here.

`RUNNER_OPTIMIZATIONS="attention=flash, cache=first-block:0.08"` in the environment sets them for every model,
`optimizations` in a folder's lingying.json for that one. A model with optimizations is loaded as another than the one
without, so neither leaves anything behind for the other; what has a memory between steps is put on and taken
off with every sampling.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

from generation.runner import errors
from generation.runner.model_spec import ModelSpec

CACHED = frozenset({"wan", "ltx", "cogvideo"})  # families whose blocks diffusers knows how to skip
GUIDED_APART = frozenset({"wan", "skyreels"})  # guided by a second pass that can be left out


@dataclass(frozen=True, slots=True)
class Optimization:
    """`values`: what may stand before a colon; none: anything. `exact`: the bits are those without it."""

    takes: str
    does: str
    costs: str
    values: tuple[str, ...] = ()
    families: frozenset[str] = frozenset()  # none: every one
    packages: tuple[str, ...] = ()
    gpu: bool = False
    exact: bool = False


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
        values=("first-block", "taylorseer", "mag"), families=CACHED,
    ),
    "fp8": Optimization(
        "on", "keeps the transformer's weights in 8 bits", "small changes of texture and colour",
        values=("on",), packages=("torchao",), gpu=True,
    ),
    "offload": Optimization(
        "model or group", "keeps in RAM what is not in use", "none; slower, by how the buses are",
        values=("model", "group"), gpu=True, exact=True,
    ),
    "vae-tiling": Optimization(
        "on", "encodes and decodes in overlapping tiles", "faint seams in even areas", values=("on",),
    ),
    "guidance-until": Optimization(
        "a share of the steps, as 0.6", "leaves guidance out of the later steps, half their work",
        "a little contrast and adherence", families=GUIDED_APART,
    ),
    "lora": Optimization(
        "a file", "adds weights that sample in few steps; say how many with steps in lingying.json",
        "variety and fine motion, as its model says", packages=("peft",),
    ),
    "context-parallel": Optimization(
        "how many GPUs", "shares the tokens of a video between the processes of one torchrun",
        "the last bits differ", gpu=True,
    ),
}  # fmt: skip
SPARING = {"cpu": {"vae-tiling": "on"}, "cuda": {"vae-tiling": "on", "offload": "model"}}


def parse(text: str) -> dict[str, str]:
    """`a=b, c` as {"a": "b", "c": "on"}."""
    pairs = (each.partition("=") for each in text.split(",") if each.strip())
    return {name.strip(): value.strip() or "on" for name, _, value in pairs}


def pulled(model: ModelSpec, device: str) -> ModelSpec:
    """`model` with the optimizations of this machine over its own. Raises OptimizationNotFound,
    OptimizationNotForModel, OptimizationNeedsPackage, OptimizationNeedsGpu, InvalidOptimizationValue."""
    chosen = {**model.optimizations, **parse(os.environ.get("RUNNER_OPTIMIZATIONS", ""))}
    for name, value in chosen.items():
        _check(name, value, model, device)
    return replace(model, optimizations=chosen)


def spared(model: ModelSpec, device: str) -> ModelSpec:
    """`model` with what takes least memory."""
    return replace(model, optimizations={**model.optimizations, **SPARING[device]})


def _check(name: str, value: str, model: ModelSpec, device: str) -> None:
    if name not in OPTIMIZATIONS:
        raise errors.OptimizationNotFound(optimization=name, accepted=", ".join(OPTIMIZATIONS))
    optimization = OPTIMIZATIONS[name]
    if optimization.values and value.partition(":")[0] not in optimization.values:
        raise errors.InvalidOptimizationValue(optimization=name, value=value, accepted=optimization.takes)
    if name == "attention" and value.endswith("_hub"):  # they would be downloaded
        raise errors.InvalidOptimizationValue(optimization=name, value=value, accepted=optimization.takes)
    if optimization.families and model.family not in optimization.families:
        raise errors.OptimizationNotForModel(
            optimization=name, model=model.name, families=", ".join(sorted(optimization.families))
        )
    if optimization.gpu and device == "cpu":
        raise errors.OptimizationNeedsGpu(optimization=name)
    if value.startswith("mag") and not model.mag_ratios:
        raise errors.OptimizationNotMeasured(optimization=name, model=model.name)
    if missing := [package for package in optimization.packages if find_spec(package) is None]:
        raise errors.OptimizationNeedsPackage(optimization=name, package=", ".join(missing))
