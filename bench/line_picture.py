"""The figures of `bench.line` as a picture: milliseconds against the length of the line."""

from pathlib import Path
from typing import Any

LINES = (
    ("ours", "a place, p99", "-", "#3b7dd8"),
    ("p50", "a place, median", "--", "#3b7dd8"),
    ("peer", "COUNT of those ahead, p99", "-", "#d8643b"),
    ("peer_p50", "COUNT of those ahead, median", "--", "#d8643b"),
)
WHEN = {"": "alone", "-admitting": "while people are let in"}


def draw(figures: list[dict[str, Any]], target: Path) -> None:
    """A row a database; to the right, while another process lets people in."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    picture, rows = plt.subplots(2, 2, figsize=(9, 7), sharex=True, sharey=True)
    for row, database in zip(rows, ("sqlite", "postgres"), strict=True):
        for axes, (ending, when) in zip(row, WHEN.items(), strict=True):
            _lines(
                axes, [one for one in figures if one["name"] == f"line-{database}-{one['length']}{ending}"]
            )
            axes.set_title(f"{database}, {when}", fontsize=10)
    rows[0][0].legend(fontsize=8)
    for axes in rows[1]:
        axes.set_xlabel("people who wait")
    for row in rows:
        row[0].set_ylabel("milliseconds")
    picture.tight_layout()
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(target, dpi=110)


def _lines(axes: Any, figures: list[dict[str, Any]]) -> None:
    lengths = [one["length"] for one in figures]
    for name, label, style, colour in LINES:
        values = [one[name] for one in figures]
        axes.loglog(lengths, values, style, marker="o", ms=3, lw=1, color=colour, label=label)
    axes.axhline(figures[0]["target"], color="#555", lw=0.8, ls=":", label="wanted: 2 ms")
    axes.grid(alpha=0.3)
