"""Every benchmark, each against its peer in the same run: `python -m bench [NAME …]`."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

MODULES = (
    "jobs",
    "feed",
    "line",
    "edit",
    "document",
    "colours",
    "preview",
    "effects",
    "trim",
    "track",
    "upscale",
    "runner",
    "idle",
)
OUT = Path("out/bench")


def main(names: list[str]) -> None:
    """Measure the named modules (all by default), keep the figures under out/bench and print them."""
    OUT.mkdir(parents=True, exist_ok=True)
    figures: list[dict[str, Any]] = []
    with Progress() as progress:
        for name in progress.track(names or MODULES, description="benchmarks"):
            figures += measure(name)
    Console().print(table(figures))


def measure(name: str) -> list[dict[str, Any]]:
    """The figures of one module: {name, ours, peer, ratio, target, unit, runs}, each kept as a file."""
    figures = importlib.import_module(f"bench.{name}").measure()
    for figure in figures:
        (OUT / f"{figure['name']}.json").write_text(json.dumps(figure, indent=1, ensure_ascii=False))
    return list(figures)


def table(figures: list[dict[str, Any]]) -> Table:
    columns = ("name", "ours", "peer", "ratio", "target", "unit")
    shown = Table(*columns, title="ours against the peer, in one run")
    for figure in figures:
        shown.add_row(*(_shown(figure.get(column)) for column in columns))
    return shown


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)


if __name__ == "__main__":
    main(sys.argv[1:])
