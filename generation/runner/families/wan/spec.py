"""Wan 2.1 and 2.2 folders (and the built-in model, which is one)."""

from typing import TYPE_CHECKING, Any

from generation.runner import model_spec
from generation.runner.model_spec import ModelSpec

if TYPE_CHECKING:
    from generation.runner.families.registry import Folder

SMALL = {"area": 832 * 480, "fps": 16.0, "max_frames": 81}  # 2.1, and 2.2 with two transformers
FIVE_B = {"area": 1280 * 704, "fps": 24.0, "max_frames": 121}  # 2.2 TI2V: one timestep per token

LARGE = 1280 * 720  # what the 14B weights draw too
WIDE = 40  # their heads


def describe(folder: "Folder") -> ModelSpec:
    """What a Wan folder can do follows from its pipeline class and its transformer's config."""
    vae, transformer = folder.json("vae/config.json"), folder.json("transformer/config.json")
    home = FIVE_B if folder.index.get("expand_timesteps") else SMALL
    return ModelSpec(
        name=folder.name,
        family="wan",
        adapter="generation.runner.families.wan.adapter:Wan",
        sizes=model_spec.sizes_of_area(int(home["area"]), vae.get("scale_factor_spatial", 8) * 2),
        pro_sizes=model_spec.sizes_of_area(LARGE, 16) if home is SMALL and _large(transformer) else {},
        fps=home["fps"],
        steps=30,
        guidance=5.0,
        max_frames=int(home["max_frames"]),
        frame_step=vae.get("scale_factor_temporal", 4),
        max_conditioning_frames=1
        if model_spec.FIRST_FRAME in (can := _abilities(folder.index, transformer))
        else 0,
        can=can,
    )


def _large(transformer: dict[str, Any]) -> bool:
    return transformer.get("num_attention_heads", 0) >= WIDE


def _abilities(index: dict[str, Any], transformer: dict[str, Any]) -> frozenset[str]:
    can = {model_spec.NEGATIVE_PROMPT, model_spec.GUIDANCE}
    if index["_class_name"] == "WanPipeline":
        can |= {model_spec.TEXT}
    if index.get("expand_timesteps") or index["_class_name"] == "WanImageToVideoPipeline":
        can |= {model_spec.FIRST_FRAME, model_spec.EXTEND}
    if _takes_last_frame(index, transformer):
        can |= {model_spec.LAST_FRAME}
    return frozenset(can)


def _takes_last_frame(index: dict[str, Any], transformer: dict[str, Any]) -> bool:
    """With one timestep per token a last frame is silently ignored; 2.1's plain i2v never saw one."""
    if index["_class_name"] != "WanImageToVideoPipeline" or index.get("expand_timesteps"):
        return False
    return transformer.get("image_dim") is None or transformer.get("pos_embed_seq_len") is not None
