"""The optimizations of `runtime.optimizations`, applied to a loaded pipeline: once, or for one sampling."""

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
from generation.runner.model_spec import MASKED_ATTENTION, ModelSpec

# the layers whose output TaylorSeer predicts; diffusers' own patterns match no name in these transformers
PREDICTED_LAYERS = r"(transformer_)?blocks\.\d+\.(attn\d?|ffn?)"
Denoisers = list[Any]
OnStepEnd = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]  # diffusers' callback_on_step_end


def apply(pipe: Any, denoisers: Denoisers, model: ModelSpec, device: str) -> None:
    """All that lasts as long as the model is loaded. Raises OptimizationRefused where that cannot be done."""
    for name, value in model.optimizations.items():
        try:
            if name == "attention":
                _try_attention(model, value, device)
            elif name in LASTING:
                LASTING[name](pipe, denoisers, value)
        except (ValueError, RuntimeError, ImportError, NotImplementedError, OSError) as error:
            raise errors.OptimizationRefused(optimization=name, value=value, reason=str(error)) from error
    if "offload" not in model.optimizations:
        pipe.to(device)


@contextmanager
def while_sampling(denoisers: Denoisers, model: ModelSpec, steps: int) -> Iterator[None]:
    """What is applied for one sampling and removed after it: the attention backend (diffusers keeps one for
    the whole process) and the step cache (it keeps state between steps)."""
    with ExitStack() as later:
        if backend := model.optimizations.get("attention"):
            later.enter_context(attention_backend(backend))
        if config := _step_cache(model, steps, denoisers[0].dtype):
            for denoiser in denoisers:
                later.callback(denoiser.disable_cache)
                denoiser.enable_cache(config)
        yield


def without_late_guidance(model: ModelSpec, steps: int, on_step_end: OnStepEnd) -> OnStepEnd:
    """`on_step_end`, leaving guidance out once the share of `steps` that `guidance-until` says is made."""
    if "guidance-until" not in model.optimizations:
        return on_step_end
    last = float(model.optimizations["guidance-until"]) * steps

    def stop_guidance(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if index + 1 >= last:
            pipe._guidance_scale = 1.0  # what every pipeline looks at before its second pass
        return on_step_end(pipe, index, timestep, tensors)

    return stop_guidance


def _step_cache(model: ModelSpec, steps: int, dtype: torch.dtype) -> Any:
    kind, _, number = model.optimizations.get("cache", "").partition(":")
    if kind == "first-block":
        return FirstBlockCacheConfig(threshold=float(number or 0.08))
    if kind == "taylorseer":
        return TaylorSeerCacheConfig(
            cache_interval=int(number or 4), taylor_factors_dtype=dtype, cache_identifiers=[PREDICTED_LAYERS]
        )
    if kind == "mag":
        ratios, most = list(model.mag_ratios), float(number or 0.06)
        return MagCacheConfig(threshold=most, num_inference_steps=steps, mag_ratios=ratios)
    return None


def _try_attention(model: ModelSpec, backend: str, device: str) -> None:
    """Raise what `backend` raises on `device` when it is asked for what this family needs."""
    dtype, masked = torch.float32 if device == "cpu" else torch.bfloat16, MASKED_ATTENTION in model.features
    zeros = torch.zeros(1, 16, 2, 64, device=device, dtype=dtype)
    mask = torch.ones(1, 1, 16, 16, device=device, dtype=torch.bool) if masked else None
    with attention_backend(backend):
        dispatch_attention_fn(zeros, zeros, zeros, attn_mask=mask)


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


def _vae_tiling(pipe: Any, denoisers: Denoisers, value: str) -> None:
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


def _context_parallel(pipe: Any, denoisers: Denoisers, value: str) -> None:
    for denoiser in denoisers:
        denoiser.enable_parallelism(config=ContextParallelConfig(ulysses_degree=int(value)))


LASTING: Mapping[str, Callable[[Any, Denoisers, str], None]] = {
    "lora": _lora,
    "fp8": _fp8,
    "vae-tiling": _vae_tiling,
    "context-parallel": _context_parallel,
    "compile": _compile,
    "offload": _offload,
}
