"""The rooms import only downwards, and the machine that says so can say no."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "config",
    "generation",
    "editing",
    "publishing",
    "library",
    "waitlist",
    "jobs",
    "creator",
    "api",
    "moderation",
    "errors",
)
BESIDE = ("bench", "demo", "fixtures", "training")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_room_imports_only_the_rooms_below_it() -> None:
    outcome = lint_imports(ROOT)

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("library/models.py", "import generation.models", "A room imports only the rooms below it"),
        ("editing/models.py", "import publishing.models", "A room imports only the rooms below it"),
        ("library/media/probe.py", "import library.storage", "Media lies below the library"),
        ("publishing/packaging/__init__.py", "import django", "Engines know no framework"),
        ("bench/costs.py", "import tests.conftest", "Only tests import tests"),
        (
            "editing/drafts/actions.py",
            "import editing.exchange.import_export",
            "The parts of editing import only the parts below them",
        ),
        (
            "editing/engine/graph/mix.py",
            "import editing.engine.render.loudness",
            "The parts of the edit engine import only the parts below them",
        ),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, room: str, line: str, broken: str) -> None:
    for name in (*ROOMS, *BESIDE):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / room).open("a") as file:
        file.write(f"\n{line}\n")

    outcome = lint_imports(tmp_path)

    assert outcome.returncode == 1
    assert f"{broken} BROKEN" in outcome.stdout
