"""The spec of a model folder, by the family that runs its pipeline; a web process may read it, without torch.

A family is a folder beside this file, with a module `spec` that declares

- `PIPELINES`: the pipeline classes in model_index.json that it runs;
- `FEATURES`: what optimizations may count on (`model_spec.BLOCK_CACHE` and so on);
- `describe(folder)`: the ModelSpec of a ModelFolder.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from generation.runner import families
from generation.runner.errors import NOT_A_LEXICON, NOT_ACCEPTED, FamilyNotFound, model_broken
from generation.runner.families import overrides
from generation.runner.families.model_folder import INDEX, ModelFolder
from generation.runner.model_spec import ModelSpec
from generation.runner.prompt_parser import lexicon


def find_families() -> dict[str, ModuleType]:
    """The name of every family → its module `spec`."""
    folders = (module.name for module in iter_modules(families.__path__) if module.ispkg)
    return {name: import_module(f"{families.__name__}.{name}.spec") for name in folders}


FAMILIES: Mapping[str, ModuleType] = find_families()
PIPELINES: Mapping[str, str] = {
    pipeline: name for name, spec in FAMILIES.items() for pipeline in spec.PIPELINES
}  # class → name of the family


def read(path: Path | str, name: str = "") -> ModelSpec:
    """The spec of the model in the folder `path`, called `name` here.

    Read anew each time: a folder that was mended is seen. Raises ModelFolderNotFound, FamilyNotFound, and
    ModelBroken where a JSON file says nothing that can be used.
    """
    path = Path(path)
    folder = ModelFolder(path, name or path.name)
    described = _family(folder).describe(folder)
    overrides.check(folder)
    _check_lexicon(folder)
    spec: ModelSpec = described.overlaid(folder.overrides)
    if spec.max_frames <= spec.frame_step:  # segments would add nothing to one another
        most = f"{spec.frame_step + 1}…"
        raise model_broken(
            folder.name, overrides.FILE, NOT_ACCEPTED, entry="native.max_frames", accepted=most
        )
    return spec


def _family(folder: ModelFolder) -> ModuleType:
    """The module `spec` of the family that runs the folder's pipeline."""
    known = ", ".join(PIPELINES)
    if not folder.pipeline:
        raise model_broken(folder.name, INDEX, NOT_ACCEPTED, entry="_class_name", accepted=known)
    if folder.pipeline not in PIPELINES:
        raise FamilyNotFound(field="model", model=folder.name, pipeline=folder.pipeline, known=known)
    return FAMILIES[PIPELINES[folder.pipeline]]


def _check_lexicon(folder: ModelFolder) -> None:
    try:
        lexicon.check(folder.path)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as broken:
        raise model_broken(folder.name, lexicon.FILE, NOT_A_LEXICON) from broken


def with_feature(feature: str) -> list[str]:
    """Names of the families that declare `feature`, sorted."""
    return sorted(name for name, spec in FAMILIES.items() if feature in spec.FEATURES)


__all__ = ["FAMILIES", "PIPELINES", "ModelSpec", "read", "with_feature"]
