"""The JSON files of a model folder: all that is read of it before it is loaded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generation.runner.errors import (
    NOT_ACCEPTED,
    NOT_ALLOWED,
    NOT_JSON,
    NOT_THERE,
    ModelFolderNotFound,
    model_broken,
)

INDEX = "model_index.json"


class ModelFolder:
    """A diffusers folder at `path`, called `name` here. Raises ModelFolderNotFound where there is none, and
    ModelBroken where a JSON file of it or of a component says nothing that can be used.

    `index` is the content of model_index.json, `overrides` that of lingying.json."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        if not _is_there(path / INDEX):
            raise ModelFolderNotFound(model=name)
        self.index = self.json(INDEX)
        self.overrides = self.json("lingying.json")
        for component in self.components:
            for config in sorted((path / component).glob("*config.json")):
                self.json(f"{component}/{config.name}")

    def json(self, file: str) -> dict[str, Any]:
        """The content of `file`, as it is called in the folder, or {} where there is none."""
        path = self.path / file
        try:
            content = _read(path)
        except FileNotFoundError:
            if path.is_symlink():  # into a cache that was cleared
                raise model_broken(self.name, file, NOT_THERE) from None
            return {}
        except OSError as refused:
            raise model_broken(self.name, file, NOT_ALLOWED) from refused
        except (ValueError, RecursionError) as broken:
            raise model_broken(self.name, file, NOT_JSON) from broken
        if not isinstance(content, dict):
            raise model_broken(self.name, file, NOT_JSON)
        return content

    def count(self, file: str, entry: str, default: int) -> int:
        """The number from 1 on that `file` has under `entry`, or `default` where it says none."""
        value = self.json(file).get(entry)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise model_broken(self.name, file, NOT_ACCEPTED, entry=entry, accepted="1, 2, 3, …")
        return value

    def text_length(self, longest: int) -> int:
        """How many tokens of a prompt are encoded: `longest`, or fewer where the tokenizer says so."""
        said = self.json("tokenizer/tokenizer_config.json").get("model_max_length")
        return int(min(longest, said)) if isinstance(said, int | float) and said >= 1 else longest

    @property
    def components(self) -> dict[str, tuple[str, str]]:
        """The library and class of every component that the pipeline has, by the name of its folder."""
        return dict(self._components())

    @property
    def pipeline(self) -> str:
        """The class of the pipeline that the folder was saved from; empty where the index names none."""
        named = self.index.get("_class_name")
        return named if isinstance(named, str) else ""

    def _components(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for name, value in self.index.items():
            match value:
                case [str(library), str(kind)] if not name.startswith("_"):
                    yield name, (library, kind)


def _read(path: Path) -> Any:
    """The JSON in `path`; ValueError where it is none, or has half a character, which no answer repeats."""
    if not path.is_file() and path.exists():  # a pipe would be waited for, for ever
        raise ValueError(f"{path} is no file.")
    content = json.loads(path.read_text("utf-8"))
    json.dumps(content, ensure_ascii=False).encode()
    return content


def _is_there(path: Path) -> bool:
    try:
        return path.is_file() or path.is_symlink()
    except OSError:  # a folder that may not be looked into
        return False
