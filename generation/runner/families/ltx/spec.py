"""LTX-Video folders, 0.9 to 0.9.8: of the pipeline that takes conditions, or of those before it."""

from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import (
    BLOCK_CACHE,
    EXTEND,
    FIRST_FRAME,
    GUIDANCE,
    KEYFRAMES,
    LAST_FRAME,
    MASKED_ATTENTION,
    NEGATIVE_PROMPT,
    TEXT,
    ModelSpec,
    sizes_of_area,
)

PIPELINES = ("LTXConditionPipeline", "LTXPipeline", "LTXImageToVideoPipeline")
FEATURES = frozenset({BLOCK_CACHE, MASKED_ATTENTION})

AREA_2B, AREA_13B = 704 * 512, 1216 * 704  # pixels
LAYERS_13B = 48
LONGEST_TEXT = 256  # tokens


def describe(folder: ModelFolder) -> ModelSpec:
    """Weights of 0.9.5 and later take frames anywhere; earlier ones a first frame."""
    layers = folder.count("transformer/config.json", "num_layers", 28)
    newer = folder.pipeline == "LTXConditionPipeline"
    can = {TEXT, FIRST_FRAME, EXTEND, NEGATIVE_PROMPT, GUIDANCE}
    return ModelSpec(
        name=folder.name,
        family="ltx",
        adapter="generation.runner.families.ltx.adapter:Ltx",
        sizes=sizes_of_area(AREA_13B if layers >= LAYERS_13B else AREA_2B, 32),
        fps=25.0,
        steps=40,
        guidance=3.0,
        least_steps=2,  # schedules that are stretched to a terminal value need two points
        max_frames=161,
        frame_step=folder.count("vae/config.json", "temporal_compression_ratio", 8),
        max_conditioning_frames=25 if newer else 1,
        can=frozenset(can | ({LAST_FRAME, KEYFRAMES} if newer else set())),
        features=FEATURES,
        text_length=folder.text_length(LONGEST_TEXT),
    )
