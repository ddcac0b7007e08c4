"""HunyuanVideo folders."""

from typing import TYPE_CHECKING

from generation.runner import model_spec
from generation.runner.model_spec import ModelSpec

if TYPE_CHECKING:
    from generation.runner.families.registry import Folder


def describe(folder: "Folder") -> ModelSpec:
    """Distilled weights take the guidance as a number and no negative prompt."""
    vae, transformer = folder.json("vae/config.json"), folder.json("transformer/config.json")
    image = folder.pipeline == "HunyuanVideoImageToVideoPipeline"
    beginning = {model_spec.FIRST_FRAME, model_spec.EXTEND} if image else {model_spec.TEXT}
    distilled = transformer.get("guidance_embeds", True)
    return ModelSpec(
        name=folder.name,
        family="hunyuan",
        adapter="generation.runner.families.hunyuan.adapter:Hunyuan",
        sizes=model_spec.sizes_of_area(960 * 544, 16),
        pro_sizes=model_spec.sizes_of_area(1280 * 720, 16),
        fps=24.0,
        steps=30,
        guidance=6.0,
        max_frames=129,
        frame_step=vae.get("temporal_compression_ratio", 4),
        max_conditioning_frames=1 if image else 0,
        can=frozenset(
            beginning | {model_spec.GUIDANCE} | (set() if distilled else {model_spec.NEGATIVE_PROMPT})
        ),
    )
