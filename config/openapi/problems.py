"""Problem responses: which errors an operation can give, derived from its route or declared with `raises`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework import exceptions
from rest_framework.views import APIView

from api.errors import InvalidCursor, InvalidLimit
from api.outside import OUTSIDE
from api.raises import ApiError, declared_errors
from config.errors import MEDIA_TYPE, STATUS, BadRequest, Busy, status_of
from config.http.errors import BodyTooLarge
from config.idempotency.errors import AnswerLost, InProgress, KeyReused, KeyTooLong, ShownOnce
from errors import DomainError

_TEXT: dict[str, Any] = {"type": "string"}
_FIELD = ["field", "code", "detail"]
FIELD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "One field that is wrong.",
    "required": _FIELD,
    "properties": {
        "field": {"type": "string", "description": "Its path in what was sent: `clips[0].start`."},
        "code": _TEXT,
        "detail": _TEXT,
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457), in the language of Accept-Language. Programs go by its `code`; "
    "`x-codes` of a response lists those that it can have. Members beside these are facts of one code: "
    "`post` and `url` of already-posted, `needed` and `available` of not-enough-credits, `revision` of "
    "draft-changed.",
    "required": ["type", "code", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "code": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "request_id": {
            "type": "string",
            "description": "The request, as in X-Request-ID and in the server's log.",
        },
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/FieldProblem"},
        },
    },
}
# what a client can meet on any path: an answer it has already, a method it does not have, a media type nobody
# serves, a defect of ours
UNLISTED_STATUSES = frozenset({304, 405, 406, 500})
RETRY_AFTER: dict[str, Any] = {"schema": {"type": "integer"}, "description": "Seconds, where waiting helps."}
# the same, of what stands before every view: an address that is none, a body too large or encoded, too many
UNLISTED_CODES = frozenset(
    {"bad-request", "body-too-large", "content-encoding-unsupported", "host-invalid", "too-often"}
)
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": _TEXT}},
    409: {"Retry-After": RETRY_AFTER},
    503: {"Retry-After": RETRY_AFTER},
    429: {
        "Retry-After": RETRY_AFTER,
        "RateLimit": {"schema": _TEXT, "description": 'Of which limit, what is left: `"likes";r=0;t=60`.'},
        "RateLimit-Policy": {"schema": _TEXT, "description": 'The limit: `"likes";q=1200;w=3600`.'},
    },
}
LONGEST_NAME = 60  # of a component; more codes are listed where they are
_NAMES = {
    ("authentication-failed", "not-authenticated"): "NotSignedIn",
    ("bad-request", "invalid", "parse-error"): "InvalidBody",
    ("bad-request", "idempotency-key-too-long", "invalid", "parse-error"): "InvalidBodyOrKey",
    ("bad-request", "idempotency-key-too-long", "invalid"): "InvalidOrKey",
}
_DESCRIPTIONS = {status: str(category.__doc__) for category, status in STATUS.items()} | {
    401: "It is not known who asks."
}


def of_operation(view: APIView, operation: dict[str, Any], *, method: str, path: str) -> dict[str, Any]:
    """The problem responses of an operation, by status; the document has them as they are or shares them."""
    by_status: dict[int, set[ApiError]] = {}
    for error in (*_derived(view, operation, method, path), *_declared(view, method)):
        by_status.setdefault(_status(error), set()).add(error)
    if 503 in by_status:
        by_status[503] |= {Busy, *OUTSIDE}  # which any operation may answer
    listed = {str(status): _response(status, by_status[status]) for status in sorted(by_status)}
    return listed | {"default": _reference("Problem")}


def share(operations: list[dict[str, Any]]) -> dict[str, Any]:
    """The components for problem responses that several operations give, which then refer to them."""
    answers = [operation["responses"] for operation in operations]
    problems = [(answer, status) for answer in answers for status in answer if "x-codes" in answer[status]]
    counted = Counter(_name(answer[status]) for answer, status in problems)
    shared = {"Problem": _response(None, ())}
    for answer, status in problems:
        name = _name(answer[status])
        if counted[name] > 1 and len(name) <= LONGEST_NAME:
            shared[name], answer[status] = answer[status], _reference(name)
    return dict(sorted(shared.items()))


def _derived(view: APIView, operation: dict[str, Any], method: str, path: str) -> Iterator[ApiError]:
    parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
    yield exceptions.ValidationError  # of a parameter or a field that it does not have
    if needs_sign_in(operation):
        yield from (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)
    for permission in view.get_permissions():
        yield from declared_errors(type(permission))
    if "{" in path or method != "GET":
        yield exceptions.NotFound  # or deleted by another meanwhile
    if "cursor" in parameters and hasattr(view, "paginator"):
        yield from (InvalidCursor, InvalidLimit)
    if "requestBody" in operation:
        yield from (exceptions.ParseError, BadRequest)
        yield from (exceptions.UnsupportedMediaType, BodyTooLarge)
    if "Idempotency-Key" in parameters:
        yield from (KeyTooLong, KeyReused, InProgress, AnswerLost, ShownOnce)
        yield BadRequest  # with a key, a body is read even if none is taken


def needs_sign_in(operation: dict[str, Any]) -> bool:
    security = operation.get("security", [])
    return bool(security) and {} not in security


def _declared(view: APIView, method: str) -> Iterator[ApiError]:
    handler = getattr(type(view), getattr(view, "action", None) or method.lower())
    yield from declared_errors(type(view))
    yield from declared_errors(handler)


def _status(error: ApiError) -> int:
    return status_of(error) if issubclass(error, DomainError) else error.status_code


def _code(error: ApiError) -> str:
    return error.code if issubclass(error, DomainError) else error.default_code.replace("_", "-")


def _response(status: int | None, errors: Iterable[ApiError]) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if status is None:
        return {"description": "Any other error.", "content": content}
    codes = sorted({_code(error) for error in errors})
    headers = {"headers": HEADERS[status]} if status in HEADERS else {}
    return {"description": _DESCRIPTIONS[status], **headers, "content": content, "x-codes": codes}


def _name(response: dict[str, Any]) -> str:
    """`NotFound`, `SourceCancelledOrSourceFailed`: what it can be."""
    codes = tuple(response["x-codes"])
    return _NAMES.get(codes) or "Or".join(code.title().replace("-", "") for code in codes)


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}
