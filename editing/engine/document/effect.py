"""An effect on the picture of a cut: a name of the catalogue with its settings, each a bounded number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from editing.engine.catalogue.effects import EFFECTS, Setting
from editing.engine.document.types import Items, JsonSchema, tidied

MOST_EFFECTS = 8
UNKNOWN = "<>"  # an effect whose name is missing or unknown: nobody knows what else it may say
Extra = Literal["forbid", "ignore"]


@dataclass(frozen=True, slots=True)
class Effect:
    """`settings`: (name, value) of every setting the catalogue gives the effect."""

    name: str
    settings: tuple[tuple[str, float], ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In JSON an effect is an object of its own kind, as the catalogue declares it."""
        kinds = {f"<{name}>": _object([name], effect.settings) for name, effect in EFFECTS.items()}
        kinds[UNKNOWN] = _object(list(EFFECTS), {}, extra="ignore")
        return core_schema.no_info_after_validator_function(
            _effect, core_schema.tagged_union_schema(kinds, discriminator=_kind), ref=f"{__name__}.Effect"
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        told = handler(schema)
        return {**told, "oneOf": told["oneOf"][: len(EFFECTS)]}  # all but UNKNOWN


def _object(names: list[str], settings: Mapping[str, Setting], extra: Extra = "forbid") -> CoreSchema:
    fields = {"name": core_schema.typed_dict_field(core_schema.literal_schema(names), required=True)}
    for setting, bounds in settings.items():
        number = core_schema.float_schema(ge=bounds.least, le=bounds.most, strict=True, allow_inf_nan=False)
        known = core_schema.with_default_schema(number, default=bounds.default)
        fields[setting] = core_schema.typed_dict_field(known, required=False)
    shape = core_schema.typed_dict_schema(fields, extra_behavior=extra)
    return core_schema.no_info_before_validator_function(tidied(fields.keys()), shape)


def _kind(value: Any) -> str:
    name = value.get("name") if isinstance(value, Mapping) else None
    return f"<{name}>" if isinstance(name, str) and name in EFFECTS else UNKNOWN


def _effect(read: dict[str, Any]) -> Effect:
    return Effect(read.pop("name"), tuple(read.items()))


Effects = Annotated[tuple[Effect, ...], Items(0, MOST_EFFECTS)]
