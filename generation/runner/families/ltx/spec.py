"""LTX-Video folders, 0.9 to 0.9.8: with conditions, or of the pipelines before those."""

from typing import TYPE_CHECKING

from generation.runner import model_spec
from generation.runner.model_spec import ModelSpec

if TYPE_CHECKING:
    from generation.runner.families.registry import Folder

TWO_B, THIRTEEN_B = 704 * 512, 1216 * 704  # pixels
DEEP = 48  # layers of the 13B transformer


def describe(folder: "Folder") -> ModelSpec:
    """Weights of 0.9.5 and later take frames anywhere; earlier ones a first frame."""
    vae, transformer = folder.json("vae/config.json"), folder.json("transformer/config.json")
    newer = folder.pipeline == "LTXConditionPipeline"
    can = {
        model_spec.TEXT,
        model_spec.FIRST_FRAME,
        model_spec.EXTEND,
        model_spec.NEGATIVE_PROMPT,
        model_spec.GUIDANCE,
    }
    return ModelSpec(
        name=folder.name,
        family="ltx",
        adapter="generation.runner.families.ltx.adapter:Ltx",
        sizes=model_spec.sizes_of_area(
            THIRTEEN_B if transformer.get("num_layers", 28) >= DEEP else TWO_B, 32
        ),
        fps=25.0,
        steps=40,
        guidance=3.0,
        least_steps=2,  # schedules that are stretched to an end need two points
        max_frames=161,
        frame_step=vae.get("temporal_compression_ratio") or 8,
        max_conditioning_frames=25 if newer else 1,
        can=frozenset(can | ({model_spec.LAST_FRAME, model_spec.KEYFRAMES} if newer else set())),
    )
