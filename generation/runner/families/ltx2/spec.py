"""LTX-2 folders: picture and sound."""

from typing import TYPE_CHECKING

from generation.runner import model_spec
from generation.runner.model_spec import ModelSpec

if TYPE_CHECKING:
    from generation.runner.families.registry import Folder


def describe(folder: "Folder") -> ModelSpec:
    """Whichever pipeline the folder was saved from: the weights take conditions."""
    vae = folder.json("vae/config.json")
    return ModelSpec(
        name=folder.name,
        family="ltx2",
        adapter="generation.runner.families.ltx2.adapter:Ltx2",
        sizes=model_spec.sizes_of_area(768 * 512, 32),
        pro_sizes=model_spec.sizes_of_area(1216 * 704, 32),
        fps=24.0,
        steps=30,
        guidance=3.0,
        least_steps=2,  # schedules that are stretched to an end need two points
        max_frames=121,
        frame_step=vae.get("temporal_compression_ratio") or 8,
        max_conditioning_frames=25,
        can=frozenset(model_spec.EVERYTHING),
    )
