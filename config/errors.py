"""Domain words in, HTTP out: every error leaves as problem+json (RFC 9457) in the reader's language."""

import logging
import sqlite3
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

import errors
from api import request_id
from api.outside import outside_trouble
from creator.errors import RateLimited
from creator.limits import Allowed

STATUS: dict[type[errors.DomainError], int] = {
    errors.Invalid: 400,
    errors.PaymentRequired: 402,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.LengthRequired: 411,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.Unprocessable: 422,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}
SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
POSTGRESQL_BUSY = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
POSTGRESQL_NO_SUCH_ROW = "23503"  # foreign key violation
BUSY_SECONDS = 2  # until it is worth trying again

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


class Busy(errors.Unavailable):
    """The database is written to by somebody else for longer than a request waits. `params`: seconds."""

    code = "busy"
    message = "The server is busy writing. Try again in {seconds} seconds."
    passes = True


class BadRequest(exceptions.APIException):
    """What Django refuses to read before any view is asked: a body beyond its limits, say."""

    status_code = 400
    default_code = "bad_request"
    default_detail = _("This request could not be read.")


def is_busy(error: BaseException | None) -> bool:
    """Whether waiting helps: the write lock of SQLite is held, or rows are locked or in conflict."""
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_BUSY:  # the rest of its bits say in what way
        return True
    return getattr(cause, "sqlstate", None) in POSTGRESQL_BUSY


def passing_trouble(error: BaseException | None) -> errors.Unavailable | None:
    """What of the server's own it is that `error` comes from, if waiting helps."""
    return Busy(seconds=BUSY_SECONDS) if is_busy(error) else outside_trouble(error)


def is_gone(error: BaseException) -> bool:
    """Whether a row that a request is about, or refers to, was deleted by another while it was at work.

    Views look for what they are asked about, and say what is missing; this is left to whoever comes between.
    """
    if isinstance(error, ObjectDoesNotExist):
        return True
    cause = error.__cause__ if isinstance(error, IntegrityError) else None
    if getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return True
    return getattr(cause, "sqlstate", None) == POSTGRESQL_NO_SUCH_ROW


def status_of(kind: type[errors.DomainError]) -> int:
    """The HTTP status of the category that a kind of domain error belongs to."""
    return next((STATUS[base] for base in kind.__mro__ if base in STATUS), 400)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: any refusal or API exception as a problem; others are left to raise."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    error = passing_trouble(error) or error
    if is_gone(error):
        log.warning("a row went while it was asked about", exc_info=error)
        error = exceptions.NotFound()
    if isinstance(error, errors.DomainError):
        return _answer(problem_of(error), headers=problem_headers(error))
    if isinstance(error, exceptions.APIException):
        return _answer(_of_api_exception(error), headers=problem_headers(error))
    return None


def problem_response(error: errors.DomainError) -> JsonResponse:
    """The answer to a request that no view is asked about."""
    return json_response(problem_of(error), headers=problem_headers(error))


def invalid_response(wrong: dict[str, Any]) -> JsonResponse:
    """The same for names and values that are wrong, by field, as ValidationError takes them."""
    return json_response(_of_api_exception(exceptions.ValidationError(wrong)))


def json_response(body: dict[str, Any], headers: dict[str, str] | None = None) -> JsonResponse:
    """A problem as Django answers it: readable in any script, as DRF's answers are."""
    options = {"ensure_ascii": False}
    answer = JsonResponse(
        body, status=body["status"], headers=headers, content_type=MEDIA_TYPE, json_dumps_params=options
    )
    answer["Content-Length"] = str(len(answer.content))  # also of what no middleware comes to see
    return answer


def problem_details(status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The body of a problem: `type` is a stable slug, `detail` a sentence for the person, and `request_id`
    what the log calls the request, where there is one."""
    told = {"type": f"urn:lingying:problem:{code}", "code": code, "status": status, "detail": detail, **extra}
    return told | ({"request_id": name} if (name := request_id.current()) else {})


def problem_of(error: errors.DomainError) -> dict[str, Any]:
    """The body of a refusal, in the active language."""
    detail = errors.render_message(error.as_dict(), gettext)
    extra: dict[str, Any] = {name: error.params[name] for name in error.members}
    if error.field:
        extra["errors"] = [{"field": error.field, "code": error.code, "detail": detail}]
    return problem_details(status_of(type(error)), error.code, detail, **extra)


def _of_api_exception(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        sentence = gettext("Some fields are not as they should be.")
        return problem_details(400, "invalid", sentence, errors=list(_fields(error.detail)))
    return problem_details(error.status_code, str(error.default_code).replace("_", "-"), str(error.detail))


def _fields(detail: Any, path: str = "") -> Any:
    """Flatten DRF's nested errors to {field, code, detail}, fields as the paths that documents have.

    DRF numbers what is wrong in a list in two ways: by the keys of a dict, or by their place in a list."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _fields(inner, _within(path, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            said_here = isinstance(inner, exceptions.ErrorDetail)
            yield from _fields(inner, path if said_here else _within(path, index))
    else:
        field = path.removesuffix("non_field_errors").removesuffix(".")
        yield {"field": field, "code": str(detail.code), "detail": str(detail)}


def _within(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def problem_headers(error: Any) -> dict[str, str]:
    """`Retry-After` in seconds where waiting helps, and how to sign in where that is the trouble."""
    wait = error.params.get("seconds") if getattr(error, "passes", False) else getattr(error, "wait", None)
    retry = str(int(wait)) if wait else None
    asked = {"Retry-After": retry, "WWW-Authenticate": getattr(error, "auth_header", None)}
    return {name: value for name, value in asked.items() if value} | _rate_headers(error)


def _rate_headers(error: Any) -> dict[str, str]:
    return Allowed.refused(**error.params).headers if isinstance(error, RateLimited) else {}


def _answer(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    set_rollback()
    response = Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)
    response["Content-Language"] = get_language() or "en"
    return response
