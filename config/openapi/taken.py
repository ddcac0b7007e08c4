"""What an operation takes, read from the very declarations that the document is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import ComponentRegistry, build_mock_request

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_one_at_a_time = Lock()  # the generator changes views for a moment while it reads them


@dataclass(frozen=True)
class Taken:
    """The names of the query parameters of an operation, in their order, and whether it takes a body."""

    parameters: tuple[str, ...]
    body: bool


@cache
def taken_by(view: Callable[..., Any], method: str) -> Taken | None:
    """What `method` of a routed view takes; None where it answers no such method."""
    actions: dict[str, str] | None = getattr(view, "actions", None)  # of a view set
    answers = hasattr(view.cls, method.lower()) if actions is None else method.lower() in actions  # type: ignore[attr-defined]
    if method not in METHODS or not answers:
        return None
    with _one_at_a_time:
        return _taken_by(view, method)


def _taken_by(view: Callable[..., Any], method: str) -> Taken:
    generator = SchemaGenerator()  # which keeps the schema of its views alive
    shown = generator.create_view(view, method)
    shown.request = build_mock_request(method, "", shown, None)
    # of the path, which the resolver reads, nothing is asked here
    operation = shown.schema.get_operation("", "", "", method, ComponentRegistry()) or {}
    names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    return Taken(tuple(names), "requestBody" in operation)
