"""HunyuanVideo folders."""

from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import (
    EXTEND,
    FIRST_FRAME,
    GUIDANCE,
    MASKED_ATTENTION,
    NEGATIVE_PROMPT,
    TEXT,
    ModelSpec,
    sizes_of_area,
)

PIPELINES = ("HunyuanVideoPipeline", "HunyuanVideoImageToVideoPipeline")
FEATURES = frozenset({MASKED_ATTENTION})
LONGEST_TEXT = 256  # tokens, besides those of its template


def describe(folder: ModelFolder) -> ModelSpec:
    """Distilled weights take the guidance as a number and no negative prompt."""
    transformer = folder.json("transformer/config.json")
    image = folder.pipeline == "HunyuanVideoImageToVideoPipeline"
    distilled = transformer.get("guidance_embeds", True)
    can = {FIRST_FRAME, EXTEND, GUIDANCE} if image else {TEXT, GUIDANCE}
    return ModelSpec(
        name=folder.name,
        family="hunyuan",
        adapter="generation.runner.families.hunyuan.adapter:Hunyuan",
        sizes=sizes_of_area(960 * 544, 16),
        pro_sizes=sizes_of_area(1280 * 720, 16),
        fps=24.0,
        steps=30,
        guidance=6.0,
        max_frames=129,
        frame_step=folder.count("vae/config.json", "temporal_compression_ratio", 4),
        max_conditioning_frames=1 if image else 0,
        can=frozenset(can if distilled else can | {NEGATIVE_PROMPT}),
        features=FEATURES,
        text_length=LONGEST_TEXT,
    )
