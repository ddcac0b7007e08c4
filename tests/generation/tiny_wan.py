"""A Wan folder of random weights, a few hundred kilobytes, made without a network."""

import json
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan, FlowMatchEulerDiscreteScheduler, WanPipeline, WanTransformer3DModel
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

CHANNELS, TEXT, LENGTH = 8, 16, 12
NATIVE = {
    "sizes": {
        "16:9": [64, 32],
        "9:16": [32, 64],
        "1:1": [32, 32],
        "4:3": [48, 32],
        "3:4": [32, 48],
        "21:9": [80, 32],
    },
    "fps": 8,
    "steps": 3,
    "guidance": 2.0,
    "max_frames": 9,
    "shift": 2.0,
}


def build(folder: Path, **native: object) -> Path:
    """The folder, made; `native` overrides what its lingying.json says."""
    torch.manual_seed(0)
    WanPipeline(
        tokenizer=_tokenizer(),
        text_encoder=UMT5EncoderModel(UMT5Config(**_text_config())).eval(),
        vae=_vae(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=2.0),
        transformer=_transformer(),
        expand_timesteps=True,
    ).save_pretrained(folder)
    own = {"name": "tiny", "version": "0", "native": NATIVE | native, "status": "random", "languages": ["zh"]}
    (folder / "lingying.json").write_text(json.dumps(own))
    return folder


def add_superres(folder: Path, factor: int = 2) -> None:
    """A compact net of one hidden layer that adds nothing to the picture's enlargement."""
    torch.manual_seed(1)
    weights = {
        "body.0.weight": torch.randn(4, 3, 3, 3),
        "body.0.bias": torch.zeros(4),
        "body.1.weight": torch.full((4,), 0.1),
        "body.2.weight": torch.zeros(3 * factor * factor, 4, 3, 3),
        "body.2.bias": torch.zeros(3 * factor * factor),
    }
    (folder / "superres").mkdir()
    save_file(weights, folder / "superres" / "compact.safetensors")


def _tokenizer() -> PreTrainedTokenizerFast:
    words = {word: index for index, word in enumerate(["<pad>", "</s>", "<unk>", *"一只猴子在公园里下棋"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=LENGTH,
    )


def _text_config() -> dict[str, int]:
    return {"vocab_size": 16, "d_model": TEXT, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}


def _vae() -> AutoencoderKLWan:
    return AutoencoderKLWan(
        base_dim=8,
        z_dim=CHANNELS,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * CHANNELS,
        latents_std=[1.0] * CHANNELS,
    ).eval()


def _transformer() -> WanTransformer3DModel:
    return WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        text_dim=TEXT,
        freq_dim=16,
        ffn_dim=32,
        num_layers=2,
        rope_max_seq_len=64,
    ).eval()
