"""What no view has to expect: refused, or put right, before any is chosen."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse

from config import views

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
Answer = Callable[[HttpRequest], HttpResponse]


class StrictRequests:
    """Middleware: 405 for a method nobody has (TRACE would send back what a header holds), NUL names nothing
    in a path and is none in a query (PostgreSQL has no such text), and every body is UTF-8, whatever it says.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return views.no_such_method(request, METHODS)
        if "\0" in request.path_info:
            return views.not_found(request, ValueError())
        if b"\0" in unquote_to_bytes(request.META.get("QUERY_STRING", "")):
            return views.bad_request(request, ValueError())
        request.encoding = "utf-8"  # it may name any codec of Python's: zlib, say
        return self.get_response(request)
