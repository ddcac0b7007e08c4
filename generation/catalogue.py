"""The models of this installation, as their folders' JSON files describe them: no torch."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from errors import DomainError
from generation.errors import ModelNotFound
from generation.runner.families import registry
from generation.runner.model_spec import ModelSpec


@dataclass(frozen=True)
class Listed:
    """A model of the settings: what it can do, or what keeps it from being asked for."""

    name: str
    model: ModelSpec | None = None
    problem: DomainError | None = None


def folder(name: str) -> Path:
    """Where the model `name` lies. Raises ModelNotFound."""
    if name not in settings.MODELS:
        raise ModelNotFound(field="model", model=name, accepted=", ".join(settings.MODELS))
    return Path(settings.MODELS[name])


def find(name: str) -> ModelSpec:
    """What the model `name` can do. Raises ModelNotFound, ModelFolderNotFound, FamilyNotFound or
    ModelBroken."""
    return registry.read(folder(name), name)


def listed() -> list[Listed]:
    """Every model of the settings, in their order: one that is broken keeps none of the others back."""
    return [_listed(name) for name in settings.MODELS]


def _listed(name: str) -> Listed:
    try:
        return Listed(name, model=find(name))
    except DomainError as problem:
        return Listed(name, problem=problem)


def names(folders: set[Path]) -> list[str]:
    """What the models in `folders` are called here."""
    return [name for name, path in settings.MODELS.items() if Path(path) in folders]
