"""Families as the registry finds them, and what the specs of their folders say; nothing is loaded."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures import tiny_models
from generation.runner import errors, families, plan
from generation.runner.families import registry
from generation.runner.model_spec import EXTEND, FIRST_FRAME, KEYFRAMES, LAST_FRAME, NEGATIVE_PROMPT, TEXT
from generation.runner.spec import GenerationSpec, Keyframe
from library.media.shapes import ASPECTS

ROOT = Path(__file__).resolve().parents[2]
BUILDERS = tiny_models.builders()
Folder = Callable[[str], Path]


@pytest.fixture(params=BUILDERS)
def folder(request: pytest.FixtureRequest, tiny_folder: Folder) -> Path:
    return tiny_folder(request.param)


def test_a_spec_is_read_without_torch(tiny_folder: Folder) -> None:
    paths = [str(tiny_folder(kind)) for kind in BUILDERS]
    code = (
        "import sys; from generation.runner.families import registry;"
        "print({registry.read(path).family for path in sys.argv[1:]}); assert 'torch' not in sys.modules"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *paths], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert eval(done.stdout) == set(registry.FAMILIES)


def test_no_folder_with_a_spec_is_passed_over() -> None:
    """One without `__init__.py` would be: it is no package."""
    folder = ROOT / "generation" / "runner" / "families"

    assert {path.parent.name for path in folder.glob("*/spec.py")} == set(registry.FAMILIES)


def test_a_folder_beside_the_families_is_one_and_nothing_lists_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "spec.py").write_text('PIPELINES = ("ToyPipeline",)\nFEATURES = frozenset()\n')
    (tmp_path / "toy" / "__init__.py").touch()
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])

    found = registry.find_families()

    assert found.keys() - registry.FAMILIES.keys() == {"toy"} and found["toy"].PIPELINES == ("ToyPipeline",)


def test_a_folder_is_run_by_the_family_whose_builder_made_it(tiny_folder: Folder) -> None:
    for kind, builder in BUILDERS.items():
        model = registry.read(tiny_folder(kind))

        assert model.family == builder.__name__.split(".")[-1]
        assert model.features == registry.FAMILIES[model.family].FEATURES
        assert model.adapter.startswith(f"{families.__name__}.{model.family}.adapter:")


def test_each_pipeline_is_run_by_one_family() -> None:
    assert len(registry.PIPELINES) == sum(len(spec.PIPELINES) for spec in registry.FAMILIES.values())


def test_the_page_on_generation_has_every_family() -> None:
    page = (ROOT / "docs" / "generation.md").read_text("utf-8")

    assert [name for name, spec in registry.FAMILIES.items() if f"`{spec.PIPELINES[0]}`" not in page] == []


def test_what_a_spec_does_not_declare_is_refused_before_anything_is_loaded(folder: Path) -> None:
    model = registry.read(folder)
    start = {} if TEXT in model.can else {"first_frame": Path("a.png")}
    asked: dict[str, tuple[dict[str, Any], type[Exception]]] = {
        TEXT: ({"first_frame": None}, errors.NeedsFirstFrame),
        FIRST_FRAME: ({"first_frame": Path("a.png")}, errors.NoFirstFrame),
        LAST_FRAME: ({"last_frame": Path("a.png")}, errors.NoLastFrame),
        KEYFRAMES: ({"keyframes": (Keyframe(0.2, Path("a.png")),)}, errors.NoKeyframes),
        EXTEND: ({"extends": Path("a.mp4")}, errors.CannotExtend),
        NEGATIVE_PROMPT: ({"negative_prompt": "x"}, errors.NoNegativePrompt),
    }
    for ability in asked.keys() - model.can:
        more, error = asked[ability]
        with pytest.raises(error):
            plan.check(GenerationSpec("x", seconds=0.5, **(start | more)), model)


def test_a_spec_knows_a_native_size_for_every_aspect(folder: Path) -> None:
    (folder / "lingying.json").rename(folder / "hidden.json")
    try:
        model = registry.read(folder)
    finally:
        (folder / "hidden.json").rename(folder / "lingying.json")

    assert model.sizes.keys() == set(ASPECTS) and all(w % 16 == h % 16 == 0 for w, h in model.sizes.values())
