"""The committed OpenAPI document: `python -m config.schema` writes it, `--check` says whether it is true."""

import difflib
import os
import sys
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"
PROBLEMS: dict[str, str] = {
    "400": "What was sent is not as it should be.",
    "401": "Sign in first.",
    "402": "Not enough credits.",
    "403": "Not allowed, or not yet admitted.",
    "404": "Nothing here that this viewer may see.",
    "405": "This path does not take this method.",
    "406": "Only JSON is served.",
    "409": "The state it is in forbids the move.",
    "410": "It was there and is no longer.",
    "413": "Too large.",
    "415": "A kind of media that is not taken.",
    "422": "Understood, but cannot be used.",
    "429": "Too much in too short a time.",
    "503": "Not available at the moment.",
}
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Sent twice with the same key, a request is done once and answered alike.",
}


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular hook: every operation may answer problem+json, every POST takes an Idempotency-Key."""
    result["components"].setdefault("schemas", {})["Problem"] = _problem_schema()
    for methods in result["paths"].values():
        for method, operation in methods.items():
            if method == "post":
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            for status, meaning in PROBLEMS.items():
                operation["responses"].setdefault(status, _problem_answer(meaning))
    return result


def _problem_schema() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    field = {"type": "object", "required": ["field", "code", "detail"]}
    return {
        "type": "object",
        "description": "A refusal (RFC 9457), in the language of Accept-Language.",
        "required": ["type", "code", "status", "detail"],
        "properties": {
            "type": text,
            "code": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {
                "type": "array",
                "items": field | {"properties": dict.fromkeys(field["required"], text)},
            },
        },
    }


def _problem_answer(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {"application/problem+json": {"schema": schema}}}


def document() -> str:
    """The OpenAPI document of the code as it stands, as YAML."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiYamlRenderer

    schema = SchemaGenerator().get_schema(request=None, public=True)
    return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


def drift() -> str:
    """How the committed document differs from the code; empty when it does not."""
    committed = PLACE.read_text() if PLACE.exists() else ""
    lines = difflib.unified_diff(
        committed.splitlines(), document().splitlines(), "committed", "code", lineterm=""
    )
    return "\n".join(lines)


def main() -> None:
    if "--check" in sys.argv:
        if difference := drift():
            sys.exit(f"{difference}\ndocs/openapi.yaml is not what the code says: make openapi")
    else:
        PLACE.write_text(document())


if __name__ == "__main__":
    main()
