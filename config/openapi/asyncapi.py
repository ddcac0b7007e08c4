"""The AsyncAPI document: the WebSockets and the event stream, and what is sent over them.

Made of what the OpenAPI document says of events, as they are the same rows; committed as docs/asyncapi.yaml.
"""

from typing import Any

from config.openapi.document import PATH as OPENAPI
from jobs import schema
from jobs.realtime.consumers import Close

PATH = OPENAPI.with_name("asyncapi.yaml")
SCHEMAS = "#/components/schemas/"
AFTER = {
    "jobEvents": {"type": "integer", "minimum": 0, "description": "The `seq` of the last event you have."},
    "myEvents": {"type": "string", "description": "The `cursor` of the last event you have; none: from now."},
}
CHANNELS = {
    "jobEvents": ("/ws/jobs/{id}", "The events of one job, from the first on, until it has ended."),
    "myEvents": ("/ws/me", "The events of all of one's jobs. It does not end by itself."),
}
QUERY: dict[str, Any] = {
    "lang": {"type": "string", "description": "Where no Accept-Language can be sent: `zh-Hans`, say."},
    "ticket": {"type": "string", "description": "Of POST /api/v1/auth/ticket, instead of a token."},
}


def generate(openapi: dict[str, Any]) -> dict[str, Any]:
    """The document whose events are those of the `openapi` document."""
    names = [schema.component_of(kind) for kind in schema.kinds()]
    messages = {name: _message(name, openapi["components"]["schemas"][name]) for name in names}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": openapi["info"]["title"],
            "version": openapi["info"]["version"],
            "description": "Events as they happen, pushed as JSON texts; what the reader sends is ignored. "
            "Pass over kinds you do not know. The same events are sent as server-sent events by "
            "GET /api/v1/jobs/{id}/events: `event` is the kind, `id` the seq, `data` the JSON. How to sign "
            "in, to go on after a break and what to do when a connection is closed: docs/clients.md.",
        },
        "channels": {name: _channel(name, names) for name in CHANNELS},
        "operations": {
            f"send{name[:1].upper()}{name[1:]}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "summary": told,
            }
            for name, (_, told) in CHANNELS.items()
        },
        "components": {"messages": messages, "schemas": _closure(openapi, names)},
    }


def _channel(name: str, messages: list[str]) -> dict[str, Any]:
    address, told = CHANNELS[name]
    query = {"type": "object", "properties": {"after": AFTER[name], **QUERY}}
    parameters = {"parameters": {"id": {"description": "Of the job."}}} if "{id}" in address else {}
    return {
        "address": address,
        "description": told,
        **parameters,
        "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in messages},
        "bindings": {"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}},
        "x-close-codes": [{"code": code, "reason": reason} for code, reason in (why.value for why in Close)],
    }


def _message(name: str, event: dict[str, Any]) -> dict[str, Any]:
    kind = event["properties"]["kind"]["const"]
    return {"name": kind, "summary": event["description"], "payload": {"$ref": f"{SCHEMAS}{name}"}}


def _closure(openapi: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The schemas of these names, and those that they refer to."""
    found: dict[str, Any] = {}
    left = list(names)
    while left:
        if (name := left.pop()) not in found:
            found[name] = openapi["components"]["schemas"][name]
            left += _referred(found[name])
    return dict(sorted(found.items()))


def _referred(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"].removeprefix(SCHEMAS)] if "$ref" in part else []
        return [*own, *(name for value in part.values() for name in _referred(value))]
    return [name for value in part for name in _referred(value)] if isinstance(part, list) else []
