"""LTX-2 folders: picture and sound."""

from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import EVERYTHING, MASKED_ATTENTION, ModelSpec, sizes_of_area

PIPELINES = ("LTX2ConditionPipeline", "LTX2Pipeline", "LTX2ImageToVideoPipeline")
FEATURES = frozenset({MASKED_ATTENTION})
LONGEST_TEXT = 1024  # tokens


def describe(folder: ModelFolder) -> ModelSpec:
    """Whichever pipeline the folder was saved from: the weights take conditions."""
    return ModelSpec(
        name=folder.name,
        family="ltx2",
        adapter="generation.runner.families.ltx2.adapter:Ltx2",
        sizes=sizes_of_area(768 * 512, 32),
        pro_sizes=sizes_of_area(1216 * 704, 32),
        fps=24.0,
        steps=30,
        guidance=3.0,
        least_steps=2,  # schedules that are stretched to a terminal value need two points
        max_frames=121,
        frame_step=folder.count("vae/config.json", "temporal_compression_ratio", 8),
        max_conditioning_frames=25,
        can=frozenset(EVERYTHING),
        features=FEATURES,
        text_length=folder.text_length(LONGEST_TEXT),
    )
