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
from generation.runner.errors import FamilyNotFound
from generation.runner.families.model_folder import ModelFolder
from generation.runner.model_spec import ModelSpec


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

    Raises ModelFolderNotFound, FamilyNotFound.
    """
    path = Path(path)
    folder = ModelFolder(path, name or path.name)
    if folder.pipeline not in PIPELINES:
        raise FamilyNotFound(model=folder.name, pipeline=folder.pipeline, known=", ".join(PIPELINES))
    spec: ModelSpec = FAMILIES[PIPELINES[folder.pipeline]].describe(folder)
    return spec.overlaid(folder.overrides)


def with_feature(feature: str) -> list[str]:
    """Names of the families that declare `feature`, sorted."""
    return sorted(name for name, spec in FAMILIES.items() if feature in spec.FEATURES)


__all__ = ["FAMILIES", "PIPELINES", "ModelSpec", "read", "with_feature"]
