"""Model folders of every family, of random weights, made without a network: some hundred kilobytes each.

A family's builder is the module of its name here. It has `build(path, kind)`, and `KINDS`, the kinds of
folders that it builds, the plainest of the same name. It may have `PICTURE_IN_CHANNELS`: kinds that get the
picture in channels of its own and draw the first frame themselves, which random weights cannot.
"""

from importlib import import_module
from typing import Any

from generation.runner.families import registry


def builders() -> dict[str, Any]:
    """Kind of folder → the module that builds it, for every family that the registry finds."""
    modules = (import_module(f"{__name__}.{family}") for family in registry.FAMILIES)
    return {kind: module for module in modules for kind in module.KINDS}
