"""SkyReels-V2 folders with diffusion forcing."""

from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import (
    EXTEND,
    FIRST_FRAME,
    GUIDANCE,
    GUIDANCE_PASS,
    NEGATIVE_PROMPT,
    TEXT,
    ModelSpec,
    sizes_of_area,
)

PIPELINES = (
    "SkyReelsV2DiffusionForcingPipeline",
    "SkyReelsV2DiffusionForcingImageToVideoPipeline",
    "SkyReelsV2DiffusionForcingVideoToVideoPipeline",
)
FEATURES = frozenset({GUIDANCE_PASS})
LONGEST_TEXT = 512  # tokens; as Wan


def describe(folder: ModelFolder) -> ModelSpec:
    """Any number of clean frames may stand in front: it goes on from 17, as its authors do."""
    multiple = folder.count("vae/config.json", "scale_factor_spatial", 8) * 2
    return ModelSpec(
        name=folder.name,
        family="skyreels",
        adapter="generation.runner.families.skyreels.adapter:SkyReels",
        sizes=sizes_of_area(960 * 544, multiple),
        pro_sizes=sizes_of_area(1280 * 720, multiple),
        fps=24.0,
        steps=30,
        guidance=6.0,
        max_frames=97,
        frame_step=folder.count("vae/config.json", "scale_factor_temporal", 4),
        max_conditioning_frames=17,
        can=frozenset({TEXT, FIRST_FRAME, EXTEND, NEGATIVE_PROMPT, GUIDANCE}),
        features=FEATURES,
        text_length=folder.text_length(LONGEST_TEXT),
    )
