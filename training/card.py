"""`python -m training.card`: the model card (the folder's README.md), with the figures as measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.export import FOLDER
from training.probe import LOG
from training.probe_net import HEADS
from training.world import BACKGROUNDS, CAMERAS, COLOURS, MOTIONS, SUBJECTS

TEXT = Path(__file__).with_name("card.md")


def figures(row: dict[str, Any] | None) -> str:
    if row is None:
        return "Not measured yet."
    lines = [
        f"Probe: {row['count']} held-out prompts, zh and en in turn, half in phrasings kept from"
        " training; a small CNN reads the clips. The last line is that CNN on real renders of the scenes.",
        "",
        "| prompts | " + " | ".join((*HEADS, "all four")) + " |",
        "|---|" + "---|" * (len(HEADS) + 1),
    ]
    for name, shares in row["result"].items():
        lines.append(f"| {name} | " + " | ".join(f"{shares[k]:.2f}" for k in (*HEADS, "all four")) + " |")
    lines += ["", f"By chance: {' / '.join(f'{1 / len(words):.2f}' for words in HEADS.values())}."]
    return "\n".join(lines)


def write(folder: Path = FOLDER) -> None:
    own = json.loads((folder / "lingying.json").read_text())
    native = own["native"]
    rows = [json.loads(line) for line in LOG.read_text().splitlines()] if LOG.exists() else []
    mine = [row for row in rows if row["clips"] == own["clips_seen"]]
    shapes = ", ".join(f"{name} {w}×{h}" for name, (w, h) in native["sizes"].items())
    card = TEXT.read_text().format(
        millions="7.0",
        clips=own["clips_seen"],
        backgrounds=", ".join(BACKGROUNDS),
        subjects=", ".join(SUBJECTS),
        colours=", ".join(COLOURS),
        motions=", ".join(MOTIONS),
        cameras=", ".join(CAMERAS),
        length=native["max_sequence_length"],
        sizes=f"Native sizes: {shapes}",
        fps=native["fps"],
        frames=native["max_frames"],
        steps=native["steps"],
        guidance=native["guidance"],
        shift=native["shift"],
        figures=figures(mine[-1] if mine else None),
    )
    (folder / "README.md").write_text(card)


if __name__ == "__main__":
    write()
