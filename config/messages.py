"""Translations: `python -m config.messages` writes the catalogues in traditional script from the simplified
ones, and each .mo beside its .po; `--check` compares.
"""

import sys
from pathlib import Path

import polib

from api.chinese import traditional

SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"
ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "config",
    "creator",
    "jobs",
    "library",
    "waitlist",
    "generation",
    "editing",
    "publishing",
    "moderation",
)


def catalogues() -> list[Path]:
    """Every room's .po file."""
    return [po for room in ROOMS for po in sorted((ROOT / room / "locale").glob("*/LC_MESSAGES/*.po"))]


def stale() -> list[Path]:
    """Catalogues that say something else than what they are made from, or are missing."""
    derived = [hant for hans in simplified() if _text(hant := _traditional(hans)) != _derive(hans)]
    compiled = [po for po in catalogues() if not _is_compiled(po)] if not derived else []
    return derived + compiled


def simplified() -> list[Path]:
    """The catalogues that are written by hand, of which those in traditional script are made."""
    return [po for po in catalogues() if SIMPLIFIED in po.parts]


def _traditional(po: Path) -> Path:
    return Path(*(TRADITIONAL if part == SIMPLIFIED else part for part in po.parts))


def _derive(po: Path) -> str:
    catalogue = polib.pofile(str(po))
    catalogue.header = "Made from zh_Hans by config.messages: change that one."
    catalogue.metadata["Language"] = TRADITIONAL
    for entry in catalogue:
        entry.msgstr = traditional(entry.msgstr)
    return f"{catalogue}\n"


def _text(po: Path) -> str:
    return po.read_text() if po.exists() else ""


def _is_compiled(po: Path) -> bool:
    return _compiled(po).exists() and _compiled(po).read_bytes() == _compile(po)


def _compiled(po: Path) -> Path:
    return po.with_suffix(".mo")


def _compile(po: Path) -> bytes:
    return bytes(polib.pofile(str(po)).to_binary())


def main() -> None:
    if "--check" in sys.argv:
        if old := stale():
            sys.exit(f"not made anew: {', '.join(str(po.relative_to(ROOT)) for po in old)}: make messages")
    else:
        for po in simplified():
            _traditional(po).parent.mkdir(parents=True, exist_ok=True)
            _traditional(po).write_text(_derive(po))
        for po in catalogues():
            _compiled(po).write_bytes(_compile(po))


if __name__ == "__main__":
    main()
