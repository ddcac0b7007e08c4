"""One adapter per family of diffusers pipelines."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from generation.runner.cards.card import Card
from generation.runner.families.family import Family

diffusers_logging.disable_progress_bar()  # progress is told by events
diffusers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()


def load(card: Card, folder: Path, device: str) -> Family:
    """The model in `folder`, loaded on `device` by the adapter that its card names."""
    module, name = card.adapter.split(":")
    adapter: Callable[[Path, Card, str], Family] = getattr(import_module(module), name)
    return adapter(folder, card, device)
