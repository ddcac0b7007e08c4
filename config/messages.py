"""Compiled translations: `python -m config.messages` writes each .mo beside its .po, `--check` compares."""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "creator", "jobs", "library", "generation", "editing", "publishing", "moderation")


def catalogues() -> list[Path]:
    """Every room's .po file."""
    return [po for room in ROOMS for po in sorted((ROOT / room / "locale").glob("*/LC_MESSAGES/*.po"))]


def stale() -> list[Path]:
    """Catalogues whose compiled file says something else, or is missing."""
    return [
        po for po in catalogues() if not _compiled(po).exists() or _compiled(po).read_bytes() != _compile(po)
    ]


def _compiled(po: Path) -> Path:
    return po.with_suffix(".mo")


def _compile(po: Path) -> bytes:
    return bytes(polib.pofile(str(po)).to_binary())


def main() -> None:
    if "--check" in sys.argv:
        if old := stale():
            sys.exit(f"not compiled: {', '.join(str(po.relative_to(ROOT)) for po in old)}: make messages")
    else:
        for po in catalogues():
            _compiled(po).write_bytes(_compile(po))


if __name__ == "__main__":
    main()
