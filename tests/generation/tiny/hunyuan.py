"""HunyuanVideo: from text, and from a first frame."""

from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKLHunyuanVideo,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideoImageToVideoPipeline,
    HunyuanVideoPipeline,
    HunyuanVideoTransformer3DModel,
)
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlamaModel,
    LlavaConfig,
    LlavaForConditionalGeneration,
)

from tests.generation.tiny import folder, text

KINDS = ("hunyuan", "hunyuan-image", "hunyuan-concat")
PICTURE_IN_CHANNELS = ("hunyuan-concat",)
MARKS = ("<image>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
LLAMA = text.SIZES | {"vocab_size": 32, "pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2}


def build(path: Path, kind: str = "hunyuan") -> Path:
    """`hunyuan-image` replaces the tokens of the first frame, `hunyuan-concat` has it in more channels."""
    folder.seed()
    made = _from_text() if kind == "hunyuan" else _from_image(kind)
    return folder.save(made, path)


def _from_text() -> Any:
    return HunyuanVideoPipeline(
        **_parts(), text_encoder=LlamaModel(LlamaConfig(**LLAMA)).eval(), transformer=_transformer()
    )


def _from_image(kind: str) -> Any:
    vision = CLIPVisionConfig(**text.SIZES, image_size=336, patch_size=14)
    config = LlavaConfig(
        vision_config=vision, text_config=LlamaConfig(**LLAMA), image_token_id=len(text.WORDS), pad_token_id=0
    )
    own: dict[str, Any] = {"image_condition_type": "token_replace"}
    if kind == "hunyuan-concat":
        own = {"image_condition_type": "latent_concat", "in_channels": 9, "guidance_embeds": False}
    square = {"height": 336, "width": 336}
    return HunyuanVideoImageToVideoPipeline(
        **_parts(),
        text_encoder=LlavaForConditionalGeneration(config).eval(),
        transformer=_transformer(**own),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 336}, crop_size=square),
    )


def _parts() -> dict[str, Any]:
    return {
        "tokenizer": text.tokenizer(1024, special=MARKS),
        "text_encoder_2": text.clip(),
        "tokenizer_2": text.tokenizer(77),
        "vae": _vae(),
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=7.0),
    }


def _vae() -> AutoencoderKLHunyuanVideo:
    return AutoencoderKLHunyuanVideo(
        latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=2
    ).eval()


def _transformer(**own: Any) -> HunyuanVideoTransformer3DModel:
    sizes = {
        "in_channels": 4,
        "out_channels": 4,
        "num_attention_heads": 2,
        "attention_head_dim": 16,
        "num_layers": 1,
        "num_single_layers": 1,
        "num_refiner_layers": 1,
        "text_embed_dim": text.WIDTH,
        "pooled_projection_dim": text.WIDTH,
        "rope_axes_dim": (4, 6, 6),
    }
    return HunyuanVideoTransformer3DModel(**(sizes | own)).eval()
