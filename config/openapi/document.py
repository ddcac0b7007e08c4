"""The document as a whole: generated from the code, committed as docs/openapi.yaml."""

import difflib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from drf_spectacular.generators import SchemaGenerator

from config.openapi import closed, examples, problems

PATH = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
NULL = "Null"


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular hook: adds the problem schema, shares equal problem responses, adds the examples."""
    result["components"].setdefault("schemas", {})["Problem"] = problems.SCHEMA
    operations = [operation for methods in result["paths"].values() for operation in methods.values()]
    result["components"]["responses"] = problems.share(operations)
    result["components"]["parameters"] = share_parameters(operations)
    examples.add(result)
    closed.close(result)
    result["components"]["schemas"].pop(NULL, None)
    return without_null(result)


def without_null(part: Any) -> Any:
    """`part` of the document, where drf-spectacular refers to null as to an enum."""
    if isinstance(part, dict):
        is_null = part.get("$ref") == f"#/components/schemas/{NULL}"
        return {"type": "null"} if is_null else {name: without_null(value) for name, value in part.items()}
    return [without_null(value) for value in part] if isinstance(part, list) else part


def share_parameters(operations: list[dict[str, Any]]) -> dict[str, Any]:
    """The components for headers and query parameters that several operations have, which then refer to them.

    One name is one component: of those that differ, the one that is there most often.
    """
    found = [parameter for operation in operations for parameter in operation.get("parameters", ())]
    outside = [parameter for parameter in found if parameter["in"] != "path"]
    shared: dict[str, Any] = {}
    for text, count in Counter(map(json.dumps, outside)).most_common():
        if count > 1:
            shared.setdefault(json.loads(text)["name"], json.loads(text))
    for parameter in outside:
        if shared.get(name := parameter["name"]) == parameter:
            parameter.clear()
            parameter["$ref"] = f"#/components/parameters/{name}"
    return shared


def generate() -> dict[str, Any]:
    """The OpenAPI document of the code as it stands."""
    return SchemaGenerator().get_schema(request=None, public=True)


def as_yaml() -> str:
    return yaml.dump(generate(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def drift() -> str:
    """How the committed document differs from the code; empty when it does not."""
    committed = PATH.read_text() if PATH.exists() else ""
    lines = difflib.unified_diff(
        committed.splitlines(), as_yaml().splitlines(), "committed", "code", lineterm=""
    )
    return "\n".join(lines)


class _Dumper(yaml.SafeDumper):
    """Repeats equal parts instead of writing anchors, and keeps short lists of plain values on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        plain = all(isinstance(one, str | int | float | bool | None) for one in sequence)
        return super().represent_sequence(tag, sequence, flow_style=plain)


# drf-spectacular and Django leave strings of their own kinds: lazy translations, safe strings
_Dumper.add_multi_representer(str, lambda dumper, text: dumper.represent_str(str(text)))
