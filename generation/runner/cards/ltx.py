"""LTX-Video folders, 0.9 to 0.9.8: with conditions, or of the pipelines before those."""

from typing import TYPE_CHECKING

from generation.runner.cards import card
from generation.runner.cards.card import Card

if TYPE_CHECKING:
    from generation.runner.cards import Folder

TWO_B, THIRTEEN_B = 704 * 512, 1216 * 704  # pixels
DEEP = 48  # layers of the 13B transformer


def describe(folder: "Folder") -> Card:
    """Weights of 0.9.5 and later take frames anywhere; earlier ones a first frame."""
    vae, transformer = folder.json("vae/config.json"), folder.json("transformer/config.json")
    newer = folder.pipeline == "LTXConditionPipeline"
    can = {card.TEXT, card.FIRST_FRAME, card.EXTEND, card.NEGATIVE_PROMPT, card.GUIDANCE}
    return Card(
        name=folder.name,
        family="ltx",
        adapter="generation.runner.families.ltx:Ltx",
        sizes=card.sizes_of_area(THIRTEEN_B if transformer.get("num_layers", 28) >= DEEP else TWO_B, 32),
        fps=25.0,
        steps=40,
        guidance=3.0,
        least_steps=2,  # schedules that are stretched to an end need two points
        max_frames=161,
        frame_step=vae.get("temporal_compression_ratio") or 8,
        lead_frames=25 if newer else 1,
        can=frozenset(can | ({card.LAST_FRAME, card.KEYFRAMES} if newer else set())),
    )
