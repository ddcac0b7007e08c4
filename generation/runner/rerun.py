"""A clip made again from its capsule. No torch behind it until it runs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from generation.runner.capsule import Capsule, differences, digest, upgraded
from generation.runner.errors import InputDiffers, InputNotFound, NotACapsule
from generation.runner.spec import GenerationSpec


def read(path: Path) -> dict[str, Any]:
    """The capsule at `path`: as the runner writes it, or inside the event that ended a run. NotACapsule."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        kept = upgraded(kept.get("capsule", kept))
        GenerationSpec.from_dict(kept["spec"]), dict(kept["inputs"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise NotACapsule(file=path.name) from broken
    return kept


def spec_of(capsule: Mapping[str, Any], files: Mapping[str, Path | None]) -> GenerationSpec:
    """What was asked then; `files` says where the pictures and clips it refers to are now, by the names of
    the capsule's `inputs`. Its prompts are parsed anew. Raises InputNotFound, InputDiffers."""
    given = {name: _checked(name, files.get(name), known) for name, known in capsule["inputs"].items()}
    spec = GenerationSpec.from_dict(capsule["spec"])
    return replace(spec, understood=None).with_references(lambda name, _: given.get(name))


def _checked(name: str, path: Path | None, known: str) -> Path:
    if path is None or not path.is_file():
        raise InputNotFound(field=name, name=name)
    if digest(path) != known:
        raise InputDiffers(field=name, name=name)
    return path


def compared(then: Mapping[str, Any], now: Capsule) -> dict[str, Any]:
    """{same, sha256, differs}: whether the videos are equal, and each entry that is not, then and now."""
    return {
        "same": then["sha256"] == now.sha256,
        "sha256": now.sha256,
        "differs": differences(then, json.loads(json.dumps(now.as_dict()))),
    }
