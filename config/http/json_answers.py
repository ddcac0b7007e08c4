"""JSON answers are not sent again to who has them, and are compressed for who can read that.

Both hold below /api/ alone; files are compressed by themselves. An answer that shows a secret (`no-store`: a
token, a key) is neither kept by anybody nor compressed: its length would tell of its content to who can have
the same request made with guesses of theirs in it (BREACH). Nobody can for another, as no cookie signs in;
Django pads what it compresses by a random length all the same.
"""

import hashlib
import re
from typing import TypeGuard

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

PREFIX = "/api/"
REFUSED_GZIP = re.compile(r"\b(x-)?gzip *; *q=0(\.0*)?(?![\d.])", re.IGNORECASE)
LEAST = 1024  # bytes: less is sent in one packet anyhow
BY = ("Accept", "Accept-Language", "Authorization")  # what an answer differs by


class UnchangedJson(MiddlewareMixin):
    """304 for `If-None-Match` with the answer a client has: it may keep it for itself, and asks each time.

    The tag is weak and of the bytes: those of one viewer are another's only where both are shown the same. A
    view that has a tag of its own (a draft, which is changed by it) keeps that.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_shown = request.method in ("GET", "HEAD") and response.status_code == 200
        if not is_shown or "Cache-Control" in response.headers or not _is_json(response, request):
            return response
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, BY)
        if "ETag" not in response.headers:
            response["ETag"] = f'W/"{hashlib.md5(response.content, usedforsecurity=False).hexdigest()}"'
        unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
        return response if unchanged is None or unchanged.status_code == 412 else unchanged


class CompressedJson(GZipMiddleware):
    """gzip, for who accepts it and as Django does it, which takes the refusal `gzip;q=0` for a wish."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _is_json(response, request) or len(response.content) < LEAST:
            return response
        if "no-store" in response.get("Cache-Control", ""):
            return response
        if REFUSED_GZIP.search(request.headers.get("Accept-Encoding", "")):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)


def _is_json(response: HttpResponseBase, request: HttpRequest) -> TypeGuard[HttpResponse]:
    kind = response.get("Content-Type", "").partition(";")[0]
    return not response.streaming and request.path_info.startswith(PREFIX) and kind.endswith("json")
