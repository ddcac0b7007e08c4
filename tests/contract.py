"""A client that holds every answer against the committed OpenAPI document: status, kind, code and body.

It also watches that nothing slow is done while a transaction of the request is open.
"""

import gzip
import json
import re
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from api.outside import OUTSIDE
from config.errors import Busy
from config.openapi.document import PATH
from config.openapi.problems import UNLISTED_CODES, UNLISTED_STATUSES
from tests.write_locks import watched

Document = dict[str, Any]
PASSING = {error.code for error in (Busy, *OUTSIDE)}


class CheckedClient(APIClient):
    """Fails a test whose request is answered in a way that docs/openapi.yaml does not tell of, or which holds
    a write lock over something slow."""

    def request(self, **asked: Any) -> Any:
        with watched() as (slow, _):
            response = super().request(**asked)
        if slow:
            raise AssertionError(f"{asked['REQUEST_METHOD']} {asked['PATH_INFO']} in a transaction: {slow}")
        if difference := undocumented(asked["REQUEST_METHOD"], asked["PATH_INFO"], response):
            raise AssertionError(difference)
        return response


def undocumented(method: str, path: str, response: Any) -> str | None:
    """What the committed document does not say of this answer; None where it says all, or the API ends."""
    operations = _operations_at(path)
    operation = operations.get(method.lower())
    if operations and operation is None:
        told = response.status_code in (401, 403, 405) or method in ("HEAD", "OPTIONS")
        return None if told else f"{method} {path} is no operation, and was answered {response.status_code}."
    if operation is None or response.status_code in UNLISTED_STATUSES or _code(response) in UNLISTED_CODES:
        return None
    if response.status_code == 503 and _code(response) in PASSING:
        return None  # as any operation may be
    answered = f"{operation['operationId']} was answered {response.status_code}"
    documented = _resolved(operation["responses"].get(str(response.status_code)))
    if documented is None:
        return f"{answered} {_code(response)}, which docs/openapi.yaml does not list: `raises` declares it."
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind not in documented.get("content", {"": None}):
        return f"{answered} as {kind or 'nothing'}; documented: {list(documented.get('content', ()))}."
    if "x-codes" in documented and _code(response) not in documented["x-codes"]:
        return f"{answered} {_code(response)}; documented: {documented['x-codes']}."
    if "json" not in kind:
        return None
    wrong = problems(documented["content"][kind]["schema"], json.loads(_plain(response)))
    return f"{answered} with what its schema does not say: {'; '.join(wrong)}" if wrong else None


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """Where `value` is not what `schema`, a part of the document, says."""
    return [
        f"{error.json_path}: {error.message}" for error in _validator(json.dumps(schema)).iter_errors(value)
    ]


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema) | {"components": committed()["components"]})


@cache
def committed() -> Document:
    return yaml.load(PATH.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Every path as a pattern, those without parameters first: `generations/quote` is no id."""
    paths = sorted(committed()["paths"].items(), key=lambda entry: entry[0].count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), methods) for path, methods in paths]


def _operations_at(path: str) -> dict[str, Any]:
    return next((methods for pattern, methods in _paths() if pattern.fullmatch(path)), {})


def _plain(response: Any) -> bytes:
    return gzip.decompress(response.content) if "Content-Encoding" in response else response.content


def _resolved(response: dict[str, Any] | None) -> dict[str, Any] | None:
    if response is None or "$ref" not in response:
        return response
    return committed()["components"]["responses"][response["$ref"].rpartition("/")[2]]


def _code(response: Any) -> str | None:
    if response.get("Content-Type", "").startswith("application/problem+json"):
        return str(json.loads(_plain(response))["code"])
    return None
