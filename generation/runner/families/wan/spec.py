"""Wan 2.1 and 2.2 folders (and the built-in model, which is one)."""

from typing import Any

from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import (
    BLOCK_CACHE,
    EXTEND,
    FIRST_FRAME,
    GUIDANCE,
    GUIDANCE_PASS,
    LAST_FRAME,
    NEGATIVE_PROMPT,
    TEXT,
    ModelSpec,
    sizes_of_area,
)

PIPELINES = ("WanPipeline", "WanImageToVideoPipeline")
FEATURES = frozenset({BLOCK_CACHE, GUIDANCE_PASS})

WAN_14B = {"area": 832 * 480, "fps": 16.0, "max_frames": 81}  # 2.1, and 2.2 with two transformers
WAN_5B = {"area": 1280 * 704, "fps": 24.0, "max_frames": 121}  # 2.2 TI2V: one timestep per token

PRO_AREA = 1280 * 720  # pixels; what the 14B weights draw too
HEADS_14B = 40  # attention heads
LONGEST_TEXT = 512  # tokens; what Wan was trained with


def describe(folder: ModelFolder) -> ModelSpec:
    """What a Wan folder can do follows from its pipeline class and its transformer's config."""
    transformer = folder.json("transformer/config.json")
    trained = WAN_5B if folder.index.get("expand_timesteps") else WAN_14B
    can = _abilities(folder.index, transformer)
    heads = folder.count("transformer/config.json", "num_attention_heads", 1)
    multiple = folder.count("vae/config.json", "scale_factor_spatial", 8) * 2
    return ModelSpec(
        name=folder.name,
        family="wan",
        adapter="generation.runner.families.wan.adapter:Wan",
        sizes=sizes_of_area(int(trained["area"]), multiple),
        pro_sizes=sizes_of_area(PRO_AREA, 16) if trained is WAN_14B and heads >= HEADS_14B else {},
        fps=trained["fps"],
        steps=30,
        guidance=5.0,
        max_frames=int(trained["max_frames"]),
        frame_step=folder.count("vae/config.json", "scale_factor_temporal", 4),
        max_conditioning_frames=1 if FIRST_FRAME in can else 0,
        can=can,
        features=FEATURES,
        text_length=folder.text_length(LONGEST_TEXT),
    )


def _abilities(index: dict[str, Any], transformer: dict[str, Any]) -> frozenset[str]:
    can = {NEGATIVE_PROMPT, GUIDANCE}
    if index["_class_name"] == "WanPipeline":
        can |= {TEXT}
    if index.get("expand_timesteps") or index["_class_name"] == "WanImageToVideoPipeline":
        can |= {FIRST_FRAME, EXTEND}
    if _takes_last_frame(index, transformer):
        can |= {LAST_FRAME}
    return frozenset(can)


def _takes_last_frame(index: dict[str, Any], transformer: dict[str, Any]) -> bool:
    """With one timestep per token a last frame is silently ignored; 2.1's plain i2v never saw one."""
    if index["_class_name"] != "WanImageToVideoPipeline" or index.get("expand_timesteps"):
        return False
    return transformer.get("image_dim") is None or transformer.get("pos_embed_seq_len") is not None
