"""SkyReels-V2 folders with diffusion forcing."""

from typing import TYPE_CHECKING

from generation.runner.cards import card
from generation.runner.cards.card import Card

if TYPE_CHECKING:
    from generation.runner.cards import Folder


def describe(folder: "Folder") -> Card:
    """Any number of clean frames may stand in front: it goes on from 17, as its authors do."""
    vae = folder.json("vae/config.json")
    return Card(
        name=folder.name,
        family="skyreels",
        adapter="generation.runner.families.skyreels:SkyReels",
        sizes=card.sizes_of_area(960 * 544, vae.get("scale_factor_spatial", 8) * 2),
        pro_sizes=card.sizes_of_area(1280 * 720, vae.get("scale_factor_spatial", 8) * 2),
        fps=24.0,
        steps=30,
        guidance=6.0,
        max_frames=97,
        frame_step=vae.get("scale_factor_temporal", 4),
        lead_frames=17,
        can=frozenset({card.TEXT, card.FIRST_FRAME, card.EXTEND, card.NEGATIVE_PROMPT, card.GUIDANCE}),
    )
