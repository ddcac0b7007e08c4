"""What a folder's lingying.json may say: checked before anything goes by it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generation.runner.errors import NOT_ACCEPTED, model_broken
from generation.runner.families.model_folder import ModelFolder

FILE = "lingying.json"
AS_WRITTEN = ConfigDict(strict=True, allow_inf_nan=False)  # 8 is no "8"; what is not declared is nobody's
# sides of what a model draws: latents of 8 pixels, in patches of two
Side = Annotated[int, Field(ge=16, le=8192, multiple_of=16)]
Size = Annotated[list[Side], Field(min_length=2, max_length=2)]
Count = Annotated[int, Field(ge=1)]


class Native(BaseModel):
    """What the weights were trained for. `description` says what is accepted, in no language."""

    model_config = AS_WRITTEN

    sizes: dict[str, Size] = Field(default={}, description='{"16:9": [16·n, 16·n], …}')
    pro_sizes: dict[str, Size] = Field(default={}, description='{"16:9": [16·n, 16·n], …}')
    fps: float = Field(default=24, ge=1, le=240, description="1…240")
    steps: int = Field(default=1, ge=1, le=1000, description="1…1000")
    guidance: float = Field(default=1, ge=0, le=100, description="0…100")
    shift: float = Field(default=1, gt=0, le=100, description="0…100")
    max_frames: int = Field(default=9, ge=2, le=10_000, description="2…10000")
    max_sequence_length: int = Field(default=1, ge=1, le=100_000, description="1…100000")
    prefix_latent_frames: list[Count] = Field(default=[1], min_length=1, description="[1, 2, …]")
    flickers: bool = Field(default=False, description="true, false")


class Overrides(BaseModel):
    """The whole file."""

    model_config = AS_WRITTEN

    native: Native = Field(default_factory=Native, description="{…}")
    languages: list[str] = Field(default=[], description='["zh", "en", …]')
    optimizations: dict[str, str | float | bool] = Field(default={}, description='{"vae-tiling": "on", …}')
    mag_ratios: list[float] = Field(default=[], description="[1.0, …]")


def check(folder: ModelFolder) -> None:
    """Raise ModelBroken for the first entry of its lingying.json that cannot be used."""
    try:
        Overrides.model_validate(folder.overrides)
    except ValidationError as invalid:
        place = invalid.errors()[0]["loc"]
        entry, accepted = ".".join(map(str, place)), _accepted(place)
        raise model_broken(folder.name, FILE, NOT_ACCEPTED, entry=entry, accepted=accepted) from invalid


def _accepted(place: tuple[Any, ...]) -> str:
    """What the entry at `place` takes."""
    of: type[BaseModel] = Native if place[0] == "native" and len(place) > 1 else Overrides
    return str(of.model_fields[place[1 if of is Native else 0]].description)
