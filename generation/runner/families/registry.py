"""What a model folder says of itself, read from its JSON files only: a web process may look at it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generation.runner.errors import ModelMissing, UnknownFamily
from generation.runner.families.cogvideo import spec as cogvideo
from generation.runner.families.hunyuan import spec as hunyuan
from generation.runner.families.ltx import spec as ltx
from generation.runner.families.ltx2 import spec as ltx2
from generation.runner.families.skyreels import spec as skyreels
from generation.runner.families.wan import spec as wan
from generation.runner.model_spec import ModelSpec

# pipeline class in model_index.json → what to make of the folder; a family adds its lines here
FAMILIES: dict[str, Callable[["Folder"], ModelSpec]] = {
    "WanPipeline": wan.describe,
    "WanImageToVideoPipeline": wan.describe,
    "LTXConditionPipeline": ltx.describe,
    "LTXPipeline": ltx.describe,
    "LTXImageToVideoPipeline": ltx.describe,
    "LTX2ConditionPipeline": ltx2.describe,
    "LTX2Pipeline": ltx2.describe,
    "LTX2ImageToVideoPipeline": ltx2.describe,
    "CogVideoXPipeline": cogvideo.describe,
    "CogVideoXImageToVideoPipeline": cogvideo.describe,
    "HunyuanVideoPipeline": hunyuan.describe,
    "HunyuanVideoImageToVideoPipeline": hunyuan.describe,
    "SkyReelsV2DiffusionForcingPipeline": skyreels.describe,
    "SkyReelsV2DiffusionForcingImageToVideoPipeline": skyreels.describe,
    "SkyReelsV2DiffusionForcingVideoToVideoPipeline": skyreels.describe,
}


class Folder:
    """The JSON files of a model folder."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        if not (path / "model_index.json").is_file():
            raise ModelMissing(model=name)
        self.index = self.json("model_index.json")
        self.own = self.json("lingying.json")

    def json(self, file: str) -> dict[str, Any]:
        """The file's content, or {} where there is none."""
        path = self.path / file
        return json.loads(path.read_text("utf-8")) if path.is_file() else {}

    @property
    def pipeline(self) -> str:
        return str(self.index["_class_name"])


def read(path: Path | str, name: str = "") -> ModelSpec:
    """The model of the model in the folder `path`, called `name` here.

    Raises ModelMissing, UnknownFamily.
    """
    path = Path(path)
    folder = Folder(path, name or path.name)
    if folder.pipeline not in FAMILIES:
        raise UnknownFamily(model=folder.name, pipeline=folder.pipeline, known=", ".join(FAMILIES))
    return FAMILIES[folder.pipeline](folder).overlaid(folder.own)


__all__ = ["FAMILIES", "Folder", "ModelSpec", "read"]
