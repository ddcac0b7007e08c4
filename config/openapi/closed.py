"""Bodies of requests take no other fields than those they name: their schemas say so."""

from collections.abc import Iterator
from typing import Any

PREFIX = "#/components/schemas/"
Schema = dict[str, Any]


def close(document: Schema) -> None:
    """Put `additionalProperties: false` to every object that only requests have.

    What an answer shows stays open: a newer server may show more of it.
    """
    schemas = document["components"]["schemas"]
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    asked = {name for one in operations for name in _named(one.get("requestBody", {}), schemas)}
    answered = {name for one in operations for name in _named(one["responses"], schemas)}
    for name in sorted(asked - answered):
        if "properties" in schemas[name]:
            schemas[name].setdefault("additionalProperties", False)


def _named(part: Any, schemas: Schema, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of all schemas that `part` refers to, and those they refer to."""
    if isinstance(part, list):
        for one in part:
            yield from _named(one, schemas, seen)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(PREFIX)
        if name in schemas and name not in seen:
            yield name
            yield from _named(schemas[name], schemas, seen | {name})
        for one in part.values():
            yield from _named(one, schemas, seen)
