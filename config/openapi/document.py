"""The document as a whole: generated from the code, committed as docs/openapi.yaml."""

import difflib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from drf_spectacular.generators import SchemaGenerator

from config.openapi import closed, enums, examples, problems

PATH = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular hook: adds problems and examples, names choices, shares what is equal."""
    result["components"]["schemas"] |= {"Problem": problems.SCHEMA, "FieldProblem": problems.FIELD_SCHEMA}
    enums.name(result)
    operations = [operation for methods in result["paths"].values() for operation in methods.values()]
    result["components"]["responses"] = problems.share(operations)
    result["components"]["parameters"] = share_parameters(operations)
    examples.add(result)
    closed.close(result)
    return result


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


def texts() -> dict[Path, str]:
    """What is committed, as the code has it, by path: the OpenAPI document, and AsyncAPI's of its events."""
    from config.openapi import asyncapi  # which is made of this document

    made = generate()
    return {PATH: _as_yaml(made), asyncapi.PATH: _as_yaml(asyncapi.generate(made))}


def _as_yaml(made: dict[str, Any]) -> str:
    return yaml.dump(made, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def drift() -> str:
    """How the committed documents differ from the code; empty when they do not."""
    return "\n".join(line for path, text in texts().items() for line in _difference(path, text))


def _difference(path: Path, text: str) -> Iterator[str]:
    committed = path.read_text() if path.exists() else ""
    return difflib.unified_diff(committed.splitlines(), text.splitlines(), "committed", "code", lineterm="")


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
