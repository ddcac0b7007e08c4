"""What browsers are told about every answer: show it as what it is, in no frame, and keep no copy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # JSON has nothing to load
    "Cache-Control": "no-store",  # what is somebody's own is in no cache on the way, or on their disk
}


class SecurityHeaders:
    """Middleware: adds HEADERS where a view has set none of its own, as media does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response
