"""LTX-2 folders: picture and sound."""

from typing import TYPE_CHECKING

from generation.runner.cards import card
from generation.runner.cards.card import Card

if TYPE_CHECKING:
    from generation.runner.cards import Folder


def describe(folder: "Folder") -> Card:
    """Whichever pipeline the folder was saved from: the weights take conditions."""
    vae = folder.json("vae/config.json")
    return Card(
        name=folder.name,
        family="ltx2",
        adapter="generation.runner.families.ltx2:Ltx2",
        sizes=card.sizes_of_area(768 * 512, 32),
        pro_sizes=card.sizes_of_area(1216 * 704, 32),
        fps=24.0,
        steps=30,
        guidance=3.0,
        least_steps=2,  # schedules that are stretched to an end need two points
        max_frames=121,
        frame_step=vae.get("temporal_compression_ratio") or 8,
        lead_frames=25,
        can=frozenset(card.EVERYTHING),
    )
