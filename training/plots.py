"""`python -m training.plots`: the loss and the evaluation over clips seen, as pictures in docs/model/.

The numbers are kept beside them: a run that starts from the shipped weights continues their curves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DOCS = Path("docs/model")
RUN, LOSS, EVALUATION = Path("out/training/tiny/log.jsonl"), DOCS / "loss.jsonl", DOCS / "evaluation.jsonl"
Row = dict[str, Any]


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _merge_loss() -> list[Row]:
    """The loss of earlier runs, up to where the present one began, and then of the present one."""
    run = [{k: row[k] for k in ("step", "clips", "loss")} for row in _rows(RUN)]
    rows = [row for row in _rows(LOSS) if not run or row["clips"] < run[0]["clips"]] + run
    LOSS.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return rows


def loss_plot(rows: list[Row], path: Path) -> None:
    clips, loss = [r["clips"] / 1000 for r in rows], [r["loss"] for r in rows]
    figure, axes = plt.subplots(figsize=(7, 3.6))
    axes.plot(clips, loss, color="#9db7dd", lw=1)
    window = max(1, len(loss) // 20)
    if len(loss) > 2 * window:
        mean = np.convolve(loss, np.ones(window) / window, "valid")
        axes.plot(clips[window - 1 :], mean, color="#1f4fa3", lw=2)
    axes.set(
        xlabel="clips and pictures seen (thousands)",
        ylabel="flow-matching loss",
        ylim=(0.9 * min(loss), np.percentile(loss, 97)),
    )
    _finish(figure, axes, path)


def evaluation_plot(rows: list[Row], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 3.6))
    clips = [r["clips"] / 1000 for r in rows]
    for name in ("background", "subject", "colour", "motion", "all four"):
        line = axes.plot(clips, [r["result"]["all"][name] for r in rows], marker="o", label=name)[0]
        axes.axhline(rows[-1]["result"]["real renders"][name], color=line.get_color(), lw=0.8, ls=":")
    axes.set(
        xlabel="clips and pictures seen (thousands)",
        ylabel="accuracy (dotted: real renders)",
        ylim=(0, 1.03),
    )
    axes.legend(fontsize=8, ncols=3)
    _finish(figure, axes, path)


def _finish(figure: plt.Figure, axes: plt.Axes, path: Path) -> None:
    axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_all() -> None:
    if rows := _merge_loss():
        loss_plot(rows, DOCS / "loss.png")
    if rows := _rows(EVALUATION):
        evaluation_plot(rows, DOCS / "evaluation.png")


if __name__ == "__main__":
    draw_all()
