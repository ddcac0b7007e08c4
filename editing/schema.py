"""The edit document in the OpenAPI document, as the engine declares it."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from editing.engine.document import json_schema


class DocumentField(serializers.JSONField):
    """An edit document. The engine validates it, and names every problem by its path."""


class DocumentFieldSchema(OpenApiSerializerFieldExtension):
    """Each part of a document is a component, named `Edit…`."""

    target_class = DocumentField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Any:
        schema = json_schema()
        parts = {"EditDocument": schema, **{_component(name): part for name, part in schema["$defs"].items()}}
        for name, part in parts.items():
            shown = _shown({key: one for key, one in part.items() if key != "$defs"})
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=shown, object=name)
            auto_schema.registry.register_on_missing(component)
        return {"$ref": "#/components/schemas/EditDocument"}


def _component(name: str) -> str:
    return "Edit" + "".join(word[:1].upper() + word[1:] for word in name.replace(".", "_").split("_"))


def _shown(value: Any) -> Any:
    """A part of the JSON Schema with references to components, and without titles that repeat names."""
    if isinstance(value, list):
        return [_shown(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        named = _component(value["$ref"].rpartition("/")[2])
        return {**value, "$ref": f"#/components/schemas/{named}"}
    return {key: _shown(one) for key, one in value.items() if not (key == "title" and isinstance(one, str))}
