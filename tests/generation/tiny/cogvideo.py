"""CogVideoX: from text, and from a first frame."""

from pathlib import Path

from diffusers import (
    AutoencoderKLCogVideoX,
    CogVideoXDDIMScheduler,
    CogVideoXDPMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
)

from tests.generation.tiny import folder, text

KINDS = ("cogvideo", "cogvideo-image")
PICTURE_IN_CHANNELS = ("cogvideo-image",)
NOISE = {
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "snr_shift_scale": 1.0,
    "timestep_spacing": "trailing",
}


def build(path: Path, kind: str = "cogvideo") -> Path:
    """`cogvideo`: as CogVideoX-5b; `cogvideo-image`: as CogVideoX1.5-5B-I2V, with padded latent frames."""
    folder.seed()
    image = kind == "cogvideo-image"
    parts = {
        "tokenizer": text.tokenizer(),
        "text_encoder": text.t5(),
        "vae": _vae(),
        "transformer": _transformer(image),
    }
    if image:
        pipe = CogVideoXImageToVideoPipeline(**parts, scheduler=CogVideoXDDIMScheduler(**NOISE))
    else:
        pipe = CogVideoXPipeline(**parts, scheduler=CogVideoXDPMScheduler(**NOISE))
    return folder.save(pipe, path)


def _vae() -> AutoencoderKLCogVideoX:
    return AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        sample_height=32,
        sample_width=64,
    ).eval()


def _transformer(image: bool) -> CogVideoXTransformer3DModel:
    return CogVideoXTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=8 if image else 4,
        out_channels=4,
        time_embed_dim=8,
        text_embed_dim=text.WIDTH,
        num_layers=2,
        sample_width=8,
        sample_height=4,
        sample_frames=9,
        max_text_seq_length=text.LENGTH,
        patch_size_t=2 if image else None,
        patch_bias=not image,
        use_rotary_positional_embeddings=True,
    ).eval()
