"""LTX-2: picture and sound from one transformer."""

from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2ConditionPipeline,
    LTX2VideoTransformer3DModel,
)
from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder
from transformers import Gemma3Config, Gemma3ForConditionalGeneration

from tests.generation.tiny import folder, text

KINDS = ("ltx2",)
MELS, SOUND = 16, 2  # mel bins and channels of the sound's latents


def build(path: Path, kind: str = "ltx2") -> Path:
    folder.seed()
    pipe = LTX2ConditionPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift_terminal=0.1),
        vae=_vae(),
        audio_vae=_audio_vae(),
        text_encoder=_gemma(),
        tokenizer=text.tokenizer(padding_side="left"),
        connectors=_connectors(),
        transformer=_transformer(),
        vocoder=_vocoder(),
    )
    return folder.save(pipe, path, max_frames=17)


def _vae() -> AutoencoderKLLTX2Video:
    return AutoencoderKLLTX2Video(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        patch_size=1,
        spatial_compression_ratio=8,
        temporal_compression_ratio=8,
    ).eval()


def _audio_vae() -> AutoencoderKLLTX2Audio:
    return AutoencoderKLLTX2Audio(
        base_channels=SOUND * MELS // 4,
        ch_mult=(1, 1, 1),
        num_res_blocks=1,
        resolution=32,
        latent_channels=SOUND,
        mel_bins=MELS,
    ).eval()


def _gemma() -> Gemma3ForConditionalGeneration:
    words = {"vocab_size": 32, "num_key_value_heads": 1, "head_dim": 8, "pad_token_id": 0, "eos_token_id": 1}
    config = Gemma3Config(
        text_config=text.SIZES | words, vision_config=text.SIZES | {"image_size": 28, "patch_size": 14},
        mm_tokens_per_image=4, image_token_index=3, boi_token_index=4, eoi_token_index=5,
    )  # fmt: skip
    return Gemma3ForConditionalGeneration(config).eval()


def _connectors() -> LTX2TextConnectors:
    each = {"num_attention_heads": 2, "attention_head_dim": 8, "num_layers": 1, "num_learnable_registers": 4}
    own = {f"{kind}_connector_{name}": value for kind in ("video", "audio") for name, value in each.items()}
    return LTX2TextConnectors(
        caption_channels=text.WIDTH, text_proj_in_factor=text.SIZES["num_hidden_layers"] + 1, **own
    ).eval()


def _transformer() -> LTX2VideoTransformer3DModel:
    own: dict[str, Any] = {
        "in_channels": 8,
        "out_channels": 8,
        "num_attention_heads": 2,
        "attention_head_dim": 8,
    }
    audio = {f"audio_{name}": value for name, value in own.items()}
    return LTX2VideoTransformer3DModel(
        **own,
        **audio,
        cross_attention_dim=16,
        audio_cross_attention_dim=16,
        num_layers=2,
        caption_channels=text.WIDTH,
    ).eval()


def _vocoder() -> LTX2Vocoder:
    return LTX2Vocoder(
        in_channels=2 * MELS,
        hidden_channels=8,
        upsample_kernel_sizes=[24, 40],
        upsample_factors=[12, 20],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3]],
    ).eval()
