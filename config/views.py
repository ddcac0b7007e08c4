"""Health checks, and problem+json for what goes wrong outside the API's views."""

import sys
from collections.abc import Iterable

from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext

from config.errors import BadRequest, json_response, passing_trouble, problem_details, problem_response
from config.http.errors import LONGEST_HOST, HostUnknown

READING = ("GET", "HEAD", "OPTIONS")


def livez(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    if request.method not in READING:
        return no_such_method(request, READING)
    return JsonResponse({"live": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """This process can do its work: the database answers."""
    if request.method not in READING:
        return no_such_method(request, READING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ready": True})


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _problem(404, "not-found", gettext("There is nothing here."))


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    if isinstance(exception, DisallowedHost):
        return problem_response(HostUnknown(host=request.headers.get("Host", "")[:LONGEST_HOST]))
    return _problem(400, "bad-request", str(BadRequest.default_detail))


def no_such_method(request: HttpRequest, allowed: Iterable[str]) -> JsonResponse:
    answer = _problem(405, "method-not-allowed", gettext("There is no such method here."))
    answer["Allow"] = ", ".join(allowed)
    return answer


def broken(request: HttpRequest) -> JsonResponse:
    if trouble := passing_trouble(sys.exception()):
        return problem_response(trouble)
    return _problem(500, "internal", gettext("Something broke on our side; nothing was charged."))


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    return json_response(problem_details(status, code, detail))
