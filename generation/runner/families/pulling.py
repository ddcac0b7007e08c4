"""Levers put on a loaded pipeline: once, or for one sampling."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import (
    ContextParallelConfig,
    FirstBlockCacheConfig,
    MagCacheConfig,
    TaylorSeerCacheConfig,
)

from generation.runner import errors
from generation.runner.cards.card import Card

Levers = Mapping[str, str]
Denoisers = list[Any]


def pull(pipe: Any, denoisers: Denoisers, levers: Levers, device: str) -> None:
    """All that lasts as long as the model is loaded. Raises LeverRefused where it or the machine cannot."""
    for name, value in levers.items():
        if name in LASTING:
            try:
                LASTING[name](pipe, denoisers, value)
            except (ValueError, RuntimeError, ImportError, NotImplementedError, OSError) as error:
                raise errors.LeverRefused(lever=name, value=value, reason=str(error)) from error
    if "offload" not in levers:
        pipe.to(device)


@contextmanager
def caching(denoisers: Denoisers, card: Card, steps: int) -> Iterator[None]:
    """While the block lasts, steps may be answered from those before; nothing of it stays."""
    config = _cache(card, steps, denoisers[0].dtype)
    try:
        for denoiser in denoisers if config else ():
            denoiser.enable_cache(config)
        yield
    finally:
        for denoiser in denoisers if config else ():
            denoiser.disable_cache()


def guided_until(levers: Levers, steps: int, told: Callable[..., Any]) -> Callable[..., Any]:
    """The callback `told` of a pipeline, leaving guidance out once its share of `steps` is made."""
    if "guidance-until" not in levers:
        return told
    last = float(levers["guidance-until"]) * steps

    def cut_off(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if index + 1 >= last:
            pipe._guidance_scale = 1.0  # what every pipeline asks before its second pass
        return told(pipe, index, timestep, tensors)

    return cut_off


def _cache(card: Card, steps: int, dtype: torch.dtype) -> Any:
    kind, _, number = card.levers.get("cache", "").partition(":")
    if kind == "first-block":
        return FirstBlockCacheConfig(threshold=float(number or 0.08))
    if kind == "taylorseer":
        return TaylorSeerCacheConfig(cache_interval=int(number or 4), taylor_factors_dtype=dtype)
    if kind == "mag":
        ratios, most = list(card.mag_ratios), float(number or 0.06)
        return MagCacheConfig(threshold=most, num_inference_steps=steps, mag_ratios=ratios)
    return None


def _attention(pipe: Any, denoisers: Denoisers, value: str) -> None:
    for denoiser in denoisers:
        denoiser.set_attention_backend(value)


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
    "attention": _attention,
    "vae-tiling": _tiling,
    "context-parallel": _parallel,
    "compile": _compile,
    "offload": _offload,
}
