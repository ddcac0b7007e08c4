"""SkyReels-V2 folders with diffusion forcing."""

from typing import TYPE_CHECKING

from generation.runner import model_spec
from generation.runner.model_spec import ModelSpec

if TYPE_CHECKING:
    from generation.runner.families.registry import Folder


def describe(folder: "Folder") -> ModelSpec:
    """Any number of clean frames may stand in front: it goes on from 17, as its authors do."""
    vae = folder.json("vae/config.json")
    return ModelSpec(
        name=folder.name,
        family="skyreels",
        adapter="generation.runner.families.skyreels.adapter:SkyReels",
        sizes=model_spec.sizes_of_area(960 * 544, vae.get("scale_factor_spatial", 8) * 2),
        pro_sizes=model_spec.sizes_of_area(1280 * 720, vae.get("scale_factor_spatial", 8) * 2),
        fps=24.0,
        steps=30,
        guidance=6.0,
        max_frames=97,
        frame_step=vae.get("scale_factor_temporal", 4),
        max_conditioning_frames=17,
        can=frozenset(
            {
                model_spec.TEXT,
                model_spec.FIRST_FRAME,
                model_spec.EXTEND,
                model_spec.NEGATIVE_PROMPT,
                model_spec.GUIDANCE,
            }
        ),
    )
