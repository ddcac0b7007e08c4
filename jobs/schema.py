"""Events in the OpenAPI document: a component for each kind, told apart by `kind`."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from pydantic import TypeAdapter

from jobs.event_data import DATA
from jobs.worker import handlers

REF = "#/components/schemas/"


class EventSchema(OpenApiSerializerExtension):
    """The event of a job is one of the kinds that the ledger and the handlers declare."""

    target_class = "jobs.serializers.EventSerializer"

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Any:
        common = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        for name, schema in components(common):
            component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema=schema, object=name)
            auto_schema.registry.register_on_missing(component)
        mapping = {kind: REF + component_of(kind) for kind in kinds()}
        return {
            "oneOf": [{"$ref": each} for each in mapping.values()],
            "discriminator": {"propertyName": "kind", "mapping": mapping},
        }


def kinds() -> dict[str, type]:
    """Every kind of event with the type of its data."""
    return dict(DATA) | {
        kind: data for handler in handlers.kinds().values() for kind, data in handler.events.items()
    }


def component_of(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("-")) + "Event"


def components(common: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events and their data by name; `common` is what every event has."""
    for kind, data in kinds().items():
        told = TypeAdapter(data).json_schema(ref_template=f"{REF}{{model}}")
        yield from ((name, _untitled(one)) for name, one in told.pop("$defs", {}).items())
        yield data.__name__, _untitled(told)
        own = {"kind": {"type": "string", "const": kind}, "data": {"$ref": REF + data.__name__}}
        about = {"description": (data.__doc__ or "").replace("\n    ", " ")}
        yield component_of(kind), common | about | {"properties": common["properties"] | own}


def _untitled(value: Any) -> Any:
    """Without the titles that repeat names."""
    if isinstance(value, list):
        return [_untitled(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _untitled(one) for key, one in value.items() if not (key == "title" and isinstance(one, str))
    }
