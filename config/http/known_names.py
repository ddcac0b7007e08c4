"""No query parameter is ignored, none is sent twice, and no body where none is taken: a typo must not mean
something else."""

import json
from collections.abc import Callable
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse

from api import strictness
from config.errors import invalid_response
from config.openapi.taken import taken_by

SECRETS = frozenset({"token", "ticket"})  # authentication tells how to sign in instead
PREFIX = "/api/v1/"
Answer = Callable[[HttpRequest], HttpResponse]


class KnownNames:
    """Middleware: 400 that names the nearest parameter, once the route is known and before its view is asked.

    The fields of a body that is taken are held by `api.requests.validated`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        asks = bool(request.META.get("QUERY_STRING")) or _may_have_body(request)
        if not (asks and request.path_info.startswith(PREFIX) and hasattr(view, "cls")):
            return None
        method = "GET" if request.method == "HEAD" else str(request.method)
        if (taken := taken_by(view, method)) is None:
            return None
        elsewhere = SECRETS if "HTTP_AUTHORIZATION" not in request.META else frozenset()
        unknown = [name for name in request.GET if name not in {*taken.parameters, *elsewhere}]
        wrong = {name: [strictness.unknown_parameter(name, taken.parameters)] for name in unknown}
        wrong |= {
            name: [strictness.repeated(name)]
            for name, values in request.GET.lists()
            if len(values) > 1 and name not in wrong
        }
        if wrong:
            return invalid_response(dict(islice(wrong.items(), strictness.MOST_PROBLEMS)))
        return None if taken.body or method == "GET" else _refused_body(request)


def _may_have_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in request.META


def _refused_body(request: HttpRequest) -> HttpResponse | None:
    """Nothing and `{}` are the same; what is no JSON is as little taken as a field is."""
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        sent = None
    if sent == {}:
        return None
    names = list(sent)[: strictness.MOST_PROBLEMS] if isinstance(sent, dict) else [""]
    return invalid_response({name: [strictness.unknown_field(name, ())] for name in names})
