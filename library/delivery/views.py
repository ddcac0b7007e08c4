"""Files behind signed links: whole, in ranges, or by a redirect to where they lie."""

import asyncio
import mimetypes
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import Storage
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from library import storage
from library.delivery.ranges import Span, Unsatisfiable, asked_span
from library.errors import FileNotFound

CHUNK = 256 << 10
TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt; charset=utf-8",
}
PLAYLIST = ".m3u8"


@dataclass(frozen=True)
class Stored:
    """A local file as HTTP sees it. Stored files are replaced, never edited: size and time tell."""

    path: Path
    size: int
    modified: int

    @property
    def etag(self) -> str:
        return f'"{self.modified:x}-{self.size:x}"'

    @property
    def last_modified(self) -> str:
        return formatdate(self.modified / 1e9, usegmt=True)


class _NoNegotiation(BaseContentNegotiation):
    """A file is what it is, whatever the client would rather have."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return JSONRenderer(), str(JSONRenderer.media_type)  # of a refusal; a file needs none


@extend_schema(exclude=True)
class MediaView(APIView):
    """`GET|HEAD /media/{signature}/{key}`: the signature is the permission."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = _NoNegotiation

    def get(self, request: Request, signature: str, key: str) -> HttpResponseBase:
        name = request.query_params.get("name", "")
        left = max(1, int(storage.verify(signature, key, name) - time.time()))
        answer = self._answer(request, key, name, left)
        answer["Cache-Control"] = f"private, max-age={left}"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer

    def head(self, request: Request, signature: str, key: str) -> HttpResponseBase:
        return self.get(request, signature, key)

    def _answer(self, request: Request, key: str, name: str, seconds: int) -> HttpResponseBase:
        if storage.is_local():
            answer = _serve(request, _stored(key))
        elif key.endswith(PLAYLIST):
            answer = _relay(storage.default(), key)  # a redirect would make its relative links unsigned
        else:
            return HttpResponseRedirect(_presigned(storage.default(), key, name, seconds))
        answer["Content-Type"] = content_type(key)
        answer["Content-Disposition"] = (
            content_disposition_header(bool(name), name or Path(key).name) or "inline"
        )
        return answer


def content_type(key: str) -> str:
    """The media type of a stored file, by its suffix: nothing is stored that we did not write ourselves."""
    suffix = Path(key).suffix
    return TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")


def _stored(key: str) -> Stored:
    path = Path(storage.default().path(key))
    try:
        facts = path.stat()
    except (OSError, ValueError):
        raise FileNotFound() from None
    if not path.is_file():
        raise FileNotFound()
    return Stored(path, facts.st_size, facts.st_mtime_ns)


def _serve(request: Request, file: Stored) -> HttpResponseBase:
    """200, 206, 304 or 416, as RFC 9110 has it."""
    facts = {"Accept-Ranges": "bytes", "ETag": file.etag, "Last-Modified": file.last_modified}
    if file.etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=facts)
    try:
        span = asked_span(request.headers, file.size, validators=(file.etag, file.last_modified))
    except Unsatisfiable:
        return HttpResponse(status=416, headers=facts | {"Content-Range": f"bytes */{file.size}"})
    if request.method == "HEAD":
        return HttpResponse(headers=facts | {"Content-Length": str(file.size)})
    if span is None:
        return _stream(request, file, Span(0, file.size), 200, facts)
    where = {"Content-Range": f"bytes {span.start}-{span.end - 1}/{file.size}"}
    return _stream(request, file, span, 206, facts | where)


def _stream(
    request: Request, file: Stored, span: Span, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    """Chunk by chunk, under ASGI by a thread: Django would read a plain iterator into memory there."""
    is_async = isinstance(request._request, ASGIRequest)
    chunks = _async_chunks(file.path, span) if is_async else _chunks(file.path, span)
    return StreamingHttpResponse(chunks, status=status, headers=headers | {"Content-Length": str(len(span))})


def _chunks(path: Path, span: Span) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(span.start)
        left = len(span)
        while left and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            yield data


async def _async_chunks(path: Path, span: Span) -> AsyncIterator[bytes]:
    file: BinaryIO = await asyncio.to_thread(path.open, "rb")
    try:
        file.seek(span.start)
        left = len(span)
        while left and (data := await asyncio.to_thread(file.read, min(CHUNK, left))):
            left -= len(data)
            yield data
    finally:
        file.close()


def _relay(remote: Storage, key: str) -> HttpResponse:
    try:
        with remote.open(key, "rb") as file:
            return HttpResponse(file.read())
    except FileNotFoundError:
        raise FileNotFound() from None


def _presigned(remote: Storage, key: str, name: str, seconds: int) -> str:
    """A link of the store's own, good for as long as the redirect to it may be kept, and a little more."""
    disposition = content_disposition_header(bool(name), name or Path(key).name) or "inline"
    told = {"ResponseContentType": content_type(key), "ResponseContentDisposition": disposition}
    return str(remote.url(key, parameters=told, expire=seconds + 60))  # type: ignore[call-arg]  # S3Storage's own
