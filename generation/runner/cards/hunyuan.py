"""HunyuanVideo folders."""

from typing import TYPE_CHECKING

from generation.runner.cards import card
from generation.runner.cards.card import Card

if TYPE_CHECKING:
    from generation.runner.cards import Folder


def describe(folder: "Folder") -> Card:
    """Distilled weights take the guidance as a number and no negative prompt."""
    vae, transformer = folder.json("vae/config.json"), folder.json("transformer/config.json")
    image = folder.pipeline == "HunyuanVideoImageToVideoPipeline"
    beginning = {card.FIRST_FRAME, card.EXTEND} if image else {card.TEXT}
    distilled = transformer.get("guidance_embeds", True)
    return Card(
        name=folder.name,
        family="hunyuan",
        adapter="generation.runner.families.hunyuan:Hunyuan",
        sizes=card.sizes_of_area(960 * 544, 16),
        pro_sizes=card.sizes_of_area(1280 * 720, 16),
        fps=24.0,
        steps=30,
        guidance=6.0,
        max_frames=129,
        frame_step=vae.get("temporal_compression_ratio", 4),
        lead_frames=1 if image else 0,
        can=frozenset(beginning | {card.GUIDANCE} | (set() if distilled else {card.NEGATIVE_PROMPT})),
    )
