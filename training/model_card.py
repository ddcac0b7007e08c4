"""`python -m training.model_card`: the model card (the folder's README.md), with the figures as measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.evaluate import LOG
from training.export import FOLDER
from training.world import BACKGROUNDS, CAMERAS, COLOURS, MOTIONS, SUBJECTS, VOCABULARY

TEMPLATE = Path(__file__).with_name("model_card.md")


def figures(row: dict[str, Any] | None) -> str:
    if row is None:
        return "Not measured yet."
    columns = (*VOCABULARY, "all four")
    lines = [
        f"Accuracy on {row['count']} held-out prompts, zh and en in turn, half in phrasings kept from"
        " training, as a small CNN classifies the clips. The last line is that CNN on real renders of the"
        " scenes.",
        "",
        "| prompts | " + " | ".join(columns) + " |",
        "|---|" + "---|" * len(columns),
    ]
    for name, accuracies in row["result"].items():
        lines.append(f"| {name} | " + " | ".join(f"{accuracies[k]:.2f}" for k in columns) + " |")
    lines += ["", f"By chance: {' / '.join(f'{1 / len(words):.2f}' for words in VOCABULARY.values())}."]
    return "\n".join(lines)


def write(folder: Path = FOLDER) -> None:
    manifest = json.loads((folder / "lingying.json").read_text())
    native = manifest["native"]
    rows = [json.loads(line) for line in LOG.read_text().splitlines()] if LOG.exists() else []
    measured = [row for row in rows if row["clips"] == manifest["clips_seen"]]
    sizes = ", ".join(f"{name} {w}×{h}" for name, (w, h) in native["sizes"].items())
    card = TEMPLATE.read_text().format(
        millions="7.0",
        clips=manifest["clips_seen"],
        backgrounds=", ".join(BACKGROUNDS),
        subjects=", ".join(SUBJECTS),
        colours=", ".join(COLOURS),
        motions=", ".join(MOTIONS),
        cameras=", ".join(CAMERAS),
        length=native["max_sequence_length"],
        sizes=f"Native sizes: {sizes}",
        fps=native["fps"],
        frames=native["max_frames"],
        steps=native["steps"],
        guidance=native["guidance"],
        shift=native["shift"],
        figures=figures(measured[-1] if measured else None),
    )
    (folder / "README.md").write_text(card)


if __name__ == "__main__":
    write()
