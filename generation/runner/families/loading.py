"""A model folder, loaded by the adapter that its spec names."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from generation.runner.families.adapter import ModelAdapter
from generation.runner.model_spec import ModelSpec

diffusers_logging.disable_progress_bar()  # events report progress
diffusers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()


def load(model: ModelSpec, folder: Path, device: str) -> ModelAdapter:
    """The model in `folder` on `device`, with the optimizations of its spec. Raises OptimizationRefused."""
    module, name = model.adapter.split(":")
    adapter: Callable[[Path, ModelSpec, str], ModelAdapter] = getattr(import_module(module), name)
    return adapter(folder, model, device)
