"""A Wan folder of random weights, a few hundred kilobytes, made without a network."""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLWan,
    FlowMatchEulerDiscreteScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from safetensors.torch import save_file

from tests.generation.tiny import folder, text

KINDS = ("wan", "wan-text", "wan-image")
PICTURE_IN_CHANNELS = ("wan-image",)
CHANNELS = 8
NATIVE = {
    "sizes": {
        "16:9": [64, 32],
        "9:16": [32, 64],
        "1:1": [32, 32],
        "4:3": [48, 32],
        "3:4": [32, 48],
        "21:9": [80, 32],
    },
    "steps": 3,
    "shift": 2.0,
}


def build(path: Path, kind: str = "wan", **native: object) -> Path:
    """`wan`: as TI2V-5B; `wan-text`: as 2.1 T2V; `wan-image`: as 2.2 I2V-A14B, with two transformers."""
    folder.seed()
    parts = {
        "tokenizer": text.tokenizer(),
        "text_encoder": text.umt5(),
        "vae": vae(),
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=2.0),
    }
    pipe: Any
    if kind == "wan-image":
        transformers = {name: _transformer(2 * CHANNELS + 4) for name in ("transformer", "transformer_2")}
        pipe = WanImageToVideoPipeline(**parts, **transformers, boundary_ratio=0.9)
    else:
        pipe = WanPipeline(**parts, transformer=_transformer(), expand_timesteps=kind == "wan")
    return folder.save(pipe, path, **(NATIVE | native))


def add_superres(path: Path, factor: int = 2) -> None:
    """A compact net of one hidden layer that adds nothing to the picture's enlargement."""
    torch.manual_seed(1)
    weights = {
        "body.0.weight": torch.randn(4, 3, 3, 3),
        "body.0.bias": torch.zeros(4),
        "body.1.weight": torch.full((4,), 0.1),
        "body.2.weight": torch.zeros(3 * factor * factor, 4, 3, 3),
        "body.2.bias": torch.zeros(3 * factor * factor),
    }
    (path / "superres").mkdir()
    save_file(weights, path / "superres" / "compact.safetensors")


def vae() -> AutoencoderKLWan:
    return AutoencoderKLWan(
        base_dim=8,
        z_dim=CHANNELS,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * CHANNELS,
        latents_std=[1.0] * CHANNELS,
    ).eval()


def _transformer(channels: int = CHANNELS) -> WanTransformer3DModel:
    return WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=channels,
        out_channels=CHANNELS,
        text_dim=text.WIDTH,
        freq_dim=16,
        ffn_dim=32,
        num_layers=2,
        rope_max_seq_len=64,
    ).eval()
