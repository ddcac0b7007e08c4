"""Health checks, and problem+json for what goes wrong outside the API's views."""

import sys

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext

from config.errors import (
    BUSY_SECONDS,
    MEDIA_TYPE,
    BadRequest,
    Busy,
    is_busy,
    problem_details,
    problem_response,
)


def livez(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"live": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """This process can do its work: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ready": True})


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _problem(404, "not-found", gettext("There is nothing here."))


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _problem(400, "bad-request", str(BadRequest.default_detail))


def broken(request: HttpRequest) -> JsonResponse:
    if is_busy(sys.exception()):
        return problem_response(Busy(seconds=BUSY_SECONDS))
    return _problem(500, "internal", gettext("Something broke on our side; nothing was charged."))


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(problem_details(status, code, detail), status=status, content_type=MEDIA_TYPE)
