"""The components of a model folder, loaded one by one, so that what cannot be loaded has a name.

Loaded as a whole, a text encoder that lacks tensors is filled with random ones and nobody is told.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import diffusers
import torch

from errors import DomainError
from generation.runner.errors import (
    LACKS_TENSORS,
    NOT_ACCEPTED,
    NOT_FITTING,
    NOT_LOADED,
    OTHER_SHAPE,
    model_broken,
)
from generation.runner.families import weights
from generation.runner.families.model_folder import INDEX, ModelFolder
from generation.runner.runtime import machine

LIBRARIES = ("diffusers", "transformers")
OF_SHAPES = (
    "shape",
    "size of tensor",
    "channels",
    "divisible by",
    "dimension",
)  # what torch and pipelines say
MOST_SAID = 160  # characters of what a library says


def load(folder: ModelFolder, dtype: Any) -> dict[str, Any]:
    """Every component of model_index.json by its name, on the CPU; None for those that it leaves out. `dtype`
    is one for all, or by name with a "default".

    Raises ModelBroken, with the file that is to blame; an exception that says memory ran out goes through."""
    left_out = {name: None for name, value in folder.index.items() if value == [None, None]}
    return left_out | {name: _loaded(folder, name, _dtype_of(dtype, name)) for name in folder.components}


@contextmanager
def blaming(folder: ModelFolder, file: str) -> Iterator[None]:
    """Whatever is raised within is ModelBroken, and `file` to blame."""
    try:
        yield
    except DomainError:
        raise
    except Exception as broken:
        if machine.is_out_of_memory(broken):
            raise
        raise model_broken(folder.name, file, NOT_LOADED, detail=_said(broken, folder)) from broken


@contextmanager
def fitting(model: str) -> Iterator[None]:
    """A sampling of `model`: where one network gives another what it does not take, that is ModelBroken."""
    try:
        yield
    except (RuntimeError, ValueError) as broken:
        said = str(broken)
        if machine.is_out_of_memory(broken) or not any(word in said for word in OF_SHAPES):
            raise
        detail = said.splitlines()[0][:MOST_SAID]
        raise model_broken(model, INDEX, NOT_FITTING, detail=detail) from broken


def _loaded(folder: ModelFolder, name: str, dtype: torch.dtype) -> Any:
    kind = _class(folder, name)
    if issubclass(kind, torch.nn.Module):
        return _network(folder, name, kind, dtype)
    with blaming(folder, name):
        return kind.from_pretrained(folder.path / name, local_files_only=True)


def _class(folder: ModelFolder, name: str) -> Any:
    """The class of a component; a pipeline brings some of its own."""
    library, kind = folder.components[name]
    of = import_module(library) if library in LIBRARIES else getattr(diffusers.pipelines, library, None)
    found = getattr(of, kind, None) or getattr(of, kind.replace("FeatureExtractor", "ImageProcessor"), None)
    if found is None:
        accepted = f"{', '.join(LIBRARIES)}: …"
        raise model_broken(folder.name, INDEX, NOT_ACCEPTED, entry=name, accepted=accepted)
    return found


def _network(folder: ModelFolder, name: str, kind: Any, dtype: torch.dtype) -> Any:
    found = weights.of(folder, name)
    with blaming(folder, found.files[0]):
        network, told = kind.from_pretrained(
            folder.path / name,
            local_files_only=True,
            dtype=dtype,
            variant=found.variant,
            ignore_mismatched_sizes=True,  # told here, by name
            output_loading_info=True,
        )
    _check_tensors(folder, found.files[0], told)
    return network


def _check_tensors(folder: ModelFolder, file: str, told: Mapping[str, Any]) -> None:
    if other := sorted(told["mismatched_keys"]):
        name, found, wanted = other[0]
        shapes = {"found": _shape(found), "wanted": _shape(wanted)}
        raise model_broken(folder.name, file, OTHER_SHAPE, name=name, **shapes)
    if missing := sorted(told["missing_keys"]):
        raise model_broken(folder.name, file, LACKS_TENSORS, count=len(missing), name=missing[0])


def _dtype_of(dtype: Any, name: str) -> torch.dtype:
    found: torch.dtype = dtype.get(name, dtype["default"]) if isinstance(dtype, Mapping) else dtype
    return found


def _shape(shape: Any) -> str:
    return "×".join(map(str, shape))


def _said(broken: Exception, folder: ModelFolder) -> str:
    """The first line of what a library says, without where the folder lies on this machine."""
    line = next(iter(str(broken).splitlines()), "") or type(broken).__name__
    return line.replace(f"{folder.path.absolute()}/", "").replace(f"{folder.path}/", "")[:MOST_SAID]
