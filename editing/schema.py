"""The edit document in the OpenAPI document, as the engine declares it."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from editing.engine.document import json_schema

REF = "#/components/schemas/"


class DocumentField(serializers.JSONField):
    """An edit document. The engine validates it, and names every problem by its path."""


class DocumentFieldSchema(OpenApiSerializerFieldExtension):
    """Each part of a document is a component, named `Edit…`."""

    target_class = DocumentField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Any:
        for name, schema in components():
            component = ResolvedComponent(
                name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name
            )
            auto_schema.registry.register_on_missing(component)
        return {"$ref": f"{REF}EditDocument"}


def components() -> Iterator[tuple[str, Any]]:
    """The document and its parts, by their names. Kinds of a part that a name tells apart are parts, too."""
    whole = json_schema()
    yield "EditDocument", _shown({key: one for key, one in whole.items() if key != "$defs"})
    for part, schema in whole["$defs"].items():
        kinds = {_name_of(kind): kind for kind in schema.get("oneOf", ())}
        named = {name: _component(f"{name}_{part}") for name in kinds}
        yield from ((named[name], _shown(kind)) for name, kind in kinds.items())
        yield _component(part), _one_of(named) if named else _shown(schema)


def _one_of(named: dict[str, str]) -> dict[str, Any]:
    references = {name: f"{REF}{component}" for name, component in named.items()}
    discriminator = {"propertyName": "name", "mapping": references}
    return {"oneOf": [{"$ref": each} for each in references.values()], "discriminator": discriminator}


def _name_of(kind: Any) -> str:
    name: str = kind["properties"]["name"]["const"]
    return name


def _component(name: str) -> str:
    words = name.replace(".", "_").replace("-", "_").split("_")
    return "Edit" + "".join(word[:1].upper() + word[1:] for word in words)


def _shown(value: Any) -> Any:
    """A part of the JSON Schema with references to components, without titles that repeat names and without
    what may only be null, which says the same as to leave it out."""
    if isinstance(value, list):
        return [_shown(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {**value, "$ref": REF + _component(value["$ref"].rpartition("/")[2])}
    kept = {key: one for key, one in value.items() if not (key == "title" and isinstance(one, str))}
    if "properties" in kept:
        kept["properties"] = {
            name: one for name, one in kept["properties"].items() if one.get("type") != "null"
        }
    return {key: _shown(one) for key, one in kept.items()}
