"""The JSON files of a model folder: all that is read of it before it is loaded."""

import json
from pathlib import Path
from typing import Any

from generation.runner.errors import ModelFolderNotFound


class ModelFolder:
    """A diffusers folder at `path`, called `name` here. Raises ModelFolderNotFound where there is none.

    `index` is the content of model_index.json, `overrides` that of lingying.json."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        if not (path / "model_index.json").is_file():
            raise ModelFolderNotFound(model=name)
        self.index = self.json("model_index.json")
        self.overrides = self.json("lingying.json")

    def json(self, file: str) -> dict[str, Any]:
        """The file's content, or {} where there is none."""
        path = self.path / file
        return json.loads(path.read_text("utf-8")) if path.is_file() else {}

    @property
    def pipeline(self) -> str:
        """The class of the pipeline that the folder was saved from."""
        return str(self.index["_class_name"])
