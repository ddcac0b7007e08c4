"""Optimizations put on a loaded pipeline: once, or for one sampling."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from diffusers import (
    ContextParallelConfig,
    FirstBlockCacheConfig,
    MagCacheConfig,
    TaylorSeerCacheConfig,
)
from diffusers.models.attention_dispatch import attention_backend, dispatch_attention_fn

from generation.runner import errors
from generation.runner.model_spec import ModelSpec

PREDICTED = r"(transformer_)?blocks\.\d+\.(attn\d?|ffn?)"  # diffusers' own patterns match no name of these
MASKED = {"ltx", "ltx2", "hunyuan"}  # families whose attention leaves the padding of prompts out
Optimizations = Mapping[str, str]
Denoisers = list[Any]


def pull(pipe: Any, denoisers: Denoisers, model: ModelSpec, device: str) -> None:
    """All that lasts as long as the model is loaded. Raises OptimizationRefused where that cannot be done."""
    for name, value in model.optimizations.items():
        try:
            if name == "attention":
                _probe(model, value, device)
            elif name in LASTING:
                LASTING[name](pipe, denoisers, value)
        except (ValueError, RuntimeError, ImportError, NotImplementedError, OSError) as error:
            raise errors.OptimizationRefused(optimization=name, value=value, reason=str(error)) from error
    if "offload" not in model.optimizations:
        pipe.to(device)


@contextmanager
def pulled(denoisers: Denoisers, model: ModelSpec, steps: int) -> Iterator[None]:
    """For one sampling, of which nothing stays: the attention kernel (diffusers keeps one for the whole
    process) and what answers steps from those before."""
    with ExitStack() as later:
        if kernel := model.optimizations.get("attention"):
            later.enter_context(attention_backend(kernel))
        if config := _cache(model, steps, denoisers[0].dtype):
            for denoiser in denoisers:
                later.callback(denoiser.disable_cache)
                denoiser.enable_cache(config)
        yield


def guided_until(optimizations: Optimizations, steps: int, told: Callable[..., Any]) -> Callable[..., Any]:
    """The callback `told` of a pipeline, leaving guidance out once its share of `steps` is made."""
    if "guidance-until" not in optimizations:
        return told
    last = float(optimizations["guidance-until"]) * steps

    def cut_off(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if index + 1 >= last:
            pipe._guidance_scale = 1.0  # what every pipeline asks before its second pass
        return told(pipe, index, timestep, tensors)

    return cut_off


def _cache(model: ModelSpec, steps: int, dtype: torch.dtype) -> Any:
    kind, _, number = model.optimizations.get("cache", "").partition(":")
    if kind == "first-block":
        return FirstBlockCacheConfig(threshold=float(number or 0.08))
    if kind == "taylorseer":
        return TaylorSeerCacheConfig(
            cache_interval=int(number or 4), taylor_factors_dtype=dtype, cache_identifiers=[PREDICTED]
        )
    if kind == "mag":
        ratios, most = list(model.mag_ratios), float(number or 0.06)
        return MagCacheConfig(threshold=most, num_inference_steps=steps, mag_ratios=ratios)
    return None


def _probe(model: ModelSpec, kernel: str, device: str) -> None:
    """Whether `kernel` computes on `device` what this family asks of it."""
    some = torch.zeros(
        1, 16, 2, 64, device=device, dtype=torch.float32 if device == "cpu" else torch.bfloat16
    )
    mask = torch.ones(1, 1, 16, 16, device=device, dtype=torch.bool) if model.family in MASKED else None
    with attention_backend(kernel):
        dispatch_attention_fn(some, some, some, attn_mask=mask)


def _compile(pipe: Any, denoisers: Denoisers, value: str) -> None:
    for denoiser in denoisers:
        denoiser.compile_repeated_blocks(fullgraph=True)


def _fp8(pipe: Any, denoisers: Denoisers, value: str) -> None:
    from torchao.quantization import Float8WeightOnlyConfig, quantize_

    for denoiser in denoisers:
        quantize_(denoiser, Float8WeightOnlyConfig())


def _lora(pipe: Any, denoisers: Denoisers, value: str) -> None:
    pipe.load_lora_weights(value, local_files_only=True)
    pipe.fuse_lora()


def _tiling(pipe: Any, denoisers: Denoisers, value: str) -> None:
    pipe.vae.enable_tiling()


def _offload(pipe: Any, denoisers: Denoisers, value: str) -> None:
    if value == "model":
        pipe.enable_model_cpu_offload()
        return
    pipe.enable_group_offload(
        onload_device=torch.device("cuda"),
        offload_device=torch.device("cpu"),
        offload_type="leaf_level",
        use_stream=True,
    )


def _parallel(pipe: Any, denoisers: Denoisers, value: str) -> None:
    for denoiser in denoisers:
        denoiser.enable_parallelism(config=ContextParallelConfig(ulysses_degree=int(value)))


LASTING: Mapping[str, Callable[[Any, Denoisers, str], None]] = {
    "lora": _lora,
    "fp8": _fp8,
    "vae-tiling": _tiling,
    "context-parallel": _parallel,
    "compile": _compile,
    "offload": _offload,
}
