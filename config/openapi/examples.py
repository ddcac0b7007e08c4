"""Examples of requests and answers, by operation id, from examples.yaml."""

from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("examples.yaml")


def add(document: dict[str, Any]) -> None:
    """Put every example where it belongs. KeyError for an operation or a status that is not there."""
    chosen = yaml.safe_load(PATH.read_text())
    operations = {
        operation["operationId"]: operation
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    for name, example in chosen["operations"].items():
        if "request" in example:
            _put(operations[name]["requestBody"], example["request"])
        for status, value in example.get("responses", {}).items():
            _put(operations[name]["responses"][str(status)], value)
    document["components"]["schemas"]["Problem"]["examples"] = [chosen["problem"]]


def _put(body: dict[str, Any], value: Any) -> None:
    body["content"]["application/json"]["example"] = value
