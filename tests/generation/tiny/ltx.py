"""LTX: one set of weights for text, frames anywhere and going on."""

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLLTXVideo,
    FlowMatchEulerDiscreteScheduler,
    LTXConditionPipeline,
    LTXImageToVideoPipeline,
    LTXPipeline,
    LTXVideoTransformer3DModel,
)

from tests.generation.tiny import folder, text

PIPELINES = {"ltx": LTXConditionPipeline, "ltx-plain": LTXPipeline, "ltx-image": LTXImageToVideoPipeline}
KINDS = tuple(PIPELINES)


def build(path: Path, kind: str = "ltx") -> Path:
    folder.seed()
    pipe = PIPELINES[kind](
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(),
        text_encoder=text.t5(),
        tokenizer=text.tokenizer(),
        transformer=LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=2,
            attention_head_dim=8,
            cross_attention_dim=16,
            num_layers=2,
            caption_channels=text.WIDTH,
        ).eval(),
    )
    return folder.save(pipe, path, max_frames=17)


def _vae() -> AutoencoderKLLTXVideo:
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        patch_size=1,
        timestep_conditioning=True,
    ).eval()
    with torch.no_grad():  # sure of what it sees, as trained ones are
        vae.encoder.conv_out.conv.weight[-1] = 0
        vae.encoder.conv_out.conv.bias[-1] = -30
    return vae
