"""An operation: its id and summary, its room, and the problems it can answer with."""

import re
from collections.abc import Set
from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, get_doc

from config.idempotency.middleware import LONGEST_KEY
from config.openapi import problems

VERBS = {"GET": "get", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
INHERITED = {"list": "A page, newest first.", "retrieve": "One of them.", "destroy": "Delete one of them."}
MARKS = frozenset({"readOnly", "writeOnly"})
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    "description": "Sent twice with the same key, a request is done once and answered alike.",
}


class OperationSchema(AutoSchema):
    """What drf-spectacular derives, with what this API has in common; a view's `extend_schema` goes first."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        if not problems.needs_sign_in(operation):
            operation["security"] = []  # a token has no meaning there; "or none" has clients ask for one
        if method == "POST" and problems.needs_sign_in(operation):
            operation.setdefault("parameters", []).append(dict(IDEMPOTENCY_KEY))
        for status, response in operation["responses"].items():
            response["description"] = response.get("description") or HTTPStatus(int(status)).phrase
        operation["responses"] |= problems.of_operation(self.view, operation, method=method, path=path)
        return operation

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        """What is sent and what is answered are components of their own: a request has no field that the
        server alone sets, an answer none that is only sent, and every other, whatever may be left out of a
        request."""
        shape: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        properties = shape.get("properties", {})
        if direction == "request":
            sent = {name: _without(MARKS, one) for name, one in properties.items() if not one.get("readOnly")}
            required = [name for name in shape.get("required", ()) if name in sent]
            others = _without({"properties", "required"}, shape)
            return others | {"properties": sent} | ({"required": required} if required else {})
        shown = {name: one for name, one in properties.items() if not one.get("writeOnly")}
        shown = {name: _without({*MARKS, "default"}, one) for name, one in shown.items()}
        return shape | {"properties": shown} | ({"required": list(shown)} if shown else {})

    def get_operation_id(self) -> str:
        """`listClips`, `getClip`, `createDraft`, `updateDraft`; `trimClip` for `clips/{id}/trim`."""
        path = re.sub(self.path_prefix, "", self.path).strip("/").split("/")
        *before, last = path
        if last.startswith("{"):
            return VERBS[self.method] + _singular(before[-1])
        if before and before[-1].startswith("{") and not last.endswith("s"):
            return last + _singular(before[-2])
        if self.method == "GET" and self._is_list_view():
            return "list" + last.capitalize()
        return VERBS[self.method] + _singular(last)

    def get_summary(self) -> str:
        """`List clips`: the id, as people write."""
        return re.sub(r"(?<!^)(?=[A-Z])", " ", self.get_operation_id()).capitalize()

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """The method's docstring; what DRF's mixins do is said before the docstring of the view."""
        told = get_doc(getattr(self.view, getattr(self.view, "action", None) or self.method.lower()))
        if told:
            return told
        lead = INHERITED.get(getattr(self.view, "action", ""), "")
        return f"{lead} {get_doc(type(self.view))}".strip()

    def get_tags(self) -> list[str]:
        """The room that answers."""
        return [type(self.view).__module__.partition(".")[0]]


def _without(keys: Set[str], schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` without `keys`; a reference that is beside nothing else then is one again."""
    kept = {key: value for key, value in schema.items() if key not in keys}
    whole = kept.get("allOf", [])
    return dict(whole[0]) if len(kept) == 1 and len(whole) == 1 else kept


def _singular(noun: str) -> str:
    return noun.removesuffix("s").capitalize()
