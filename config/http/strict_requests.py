"""What no view has to expect: refused, or put right, before any is chosen."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse

from config import views
from config.errors import problem_response
from config.http.errors import EncodedBody

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
Answer = Callable[[HttpRequest], HttpResponse]


class StrictRequests:
    """Middleware: 405 for a method nobody has (TRACE would send back what a header holds), NUL names nothing
    in a path and is none in a query (PostgreSQL has no such text), 415 for a body that is compressed (a small
    one could unfold to any size), and every body is UTF-8, whatever it says.
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
        if encoding := _encoding(request):
            refused = problem_response(EncodedBody(encoding=encoding))
            refused["Accept-Encoding"] = "identity"  # RFC 9110, 15.5.16
            return refused
        request.encoding = "utf-8"  # it may name any codec of Python's: zlib, say
        return self.get_response(request)


def _encoding(request: HttpRequest) -> str:
    """What the body is encoded by, be it on the way only; empty where it comes as it is."""
    codings = (request.headers.get("Content-Encoding", ""), request.headers.get("Transfer-Encoding", ""))
    named = [coding.strip().lower() for several in codings for coding in several.split(",")]
    return ", ".join(coding for coding in named if coding not in ("", "identity", "chunked"))[:80]
