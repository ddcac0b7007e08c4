"""The models of this installation, as their folders' JSON files describe them: no torch."""

from pathlib import Path

from django.conf import settings

from errors import DomainError
from generation.errors import ModelNotFound
from generation.runner.families import registry
from generation.runner.model_spec import ModelSpec


def folder(name: str) -> Path:
    """Where the model `name` lies. Raises ModelNotFound."""
    if name not in settings.MODELS:
        raise ModelNotFound(field="model", model=name, accepted=", ".join(settings.MODELS))
    return Path(settings.MODELS[name])


def find(name: str) -> ModelSpec:
    """What the model `name` can do. Raises ModelNotFound, ModelFolderNotFound or FamilyNotFound."""
    return registry.read(folder(name), name)


def present() -> list[ModelSpec]:
    """Every model that can be run here."""
    found = []
    for name in settings.MODELS:
        try:
            found.append(find(name))
        except DomainError:
            continue  # named in the settings, not on this machine
    return found


def names(folders: set[Path]) -> list[str]:
    """What the models in `folders` are called here."""
    return [name for name, path in settings.MODELS.items() if Path(path) in folders]
