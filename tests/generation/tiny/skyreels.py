"""SkyReels-V2 with diffusion forcing: every latent frame has a noise level of its own."""

from pathlib import Path

from diffusers import (
    SkyReelsV2DiffusionForcingPipeline,
    SkyReelsV2Transformer3DModel,
    UniPCMultistepScheduler,
)

from tests.generation.tiny import folder, text, wan

KINDS = ("skyreels",)


def build(path: Path, kind: str = "skyreels") -> Path:
    folder.seed()
    pipe = SkyReelsV2DiffusionForcingPipeline(
        tokenizer=text.tokenizer(),
        text_encoder=text.umt5(),
        vae=wan.vae(),
        scheduler=UniPCMultistepScheduler(
            use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=8.0
        ),
        transformer=SkyReelsV2Transformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=wan.CHANNELS,
            out_channels=wan.CHANNELS,
            text_dim=text.WIDTH,
            freq_dim=16,
            ffn_dim=32,
            num_layers=2,
            rope_max_seq_len=64,
            inject_sample_info=True,
        ).eval(),
    )
    return folder.save(pipe, path, prefix_latent_frames=[1, 2])
