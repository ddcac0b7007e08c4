"""Files behind signed links: whole, in ranges, or by a redirect to where they lie."""

import asyncio
import mimetypes
import stat
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from time import monotonic, time
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.core.files.storage import Storage
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from library import links, storage
from library.delivery import rights
from library.delivery.ranges import Span, Unsatisfiable, asked_span
from library.errors import FileNotFound
from library.links import Link
from library.storage_key import StorageKey

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
REDRAWN = "cover.jpg"  # of a post: what it shows may change, and its address stays
PRESIGNED_SECONDS = 60  # read in one request, which may take longer: the store looks when it begins
# Browsers and players ask the store itself again for each further range of a file they play.
RANGED, RANGED_SECONDS = {".mp4", ".m4a"}, 300


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
    """`GET|HEAD /media/{signature}/{key}`: the signature is the permission, while its holder is there."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = _NoNegotiation

    def get(self, request: Request, signature: str, key: str) -> HttpResponseBase:
        name = request.query_params.get("name", "")
        link = links.verify(signature, key, name)
        rights.require_open(link)
        answer = self._answer(request, link, name)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer

    def head(self, request: Request, signature: str, key: str) -> HttpResponseBase:
        return self.get(request, signature, key)

    def _answer(self, request: Request, link: Link, name: str) -> HttpResponseBase:
        if storage.is_local():
            answer = _serve(request, link, _stored(link.key))
        elif link.key.suffix == PLAYLIST:
            answer = _relay(storage.default(), link.key)  # a redirect would make its relative links unsigned
        else:
            redirect = HttpResponseRedirect(_presigned(storage.default(), link.key, name))
            redirect["Cache-Control"] = "private, no-store"  # so that the next request asks here again
            return redirect
        kept = "no-cache" if link.key.name == REDRAWN else f"max-age={max(1, int(link.expires - time()))}"
        answer["Cache-Control"] = f"private, {kept}"
        answer["Content-Type"] = content_type(link.key)
        answer["Content-Disposition"] = _disposition(link.key, name)
        return answer


def content_type(key: StorageKey) -> str:
    """The media type of a stored file, by its suffix: nothing is stored that we did not write ourselves."""
    return TYPES.get(key.suffix) or mimetypes.types_map.get(key.suffix, "application/octet-stream")


def _disposition(key: StorageKey, name: str) -> str:
    """`name` was a DownloadName when its link was signed: nothing in it can end the header."""
    return content_disposition_header(bool(name), name or key.name) or "inline"


def _stored(key: StorageKey) -> Stored:
    try:
        path = Path(storage.default().path(key))
        facts = path.stat()
    except OSError:
        raise FileNotFound() from None
    if not stat.S_ISREG(facts.st_mode):
        raise FileNotFound()
    return Stored(path, facts.st_size, facts.st_mtime_ns)


def _serve(request: Request, link: Link, file: Stored) -> HttpResponseBase:
    """200, 206, 304, 412 or 416, as RFC 9110 has it."""
    facts = {"Accept-Ranges": "bytes", "ETag": file.etag, "Last-Modified": file.last_modified}
    seconds = file.modified // 10**9  # HTTP dates have no more
    unchanged = get_conditional_response(request._request, etag=file.etag, last_modified=seconds)
    if unchanged is not None:
        return HttpResponse(status=unchanged.status_code, headers=facts)
    try:
        span = asked_span(request.headers, file.size, validators=(file.etag, file.last_modified))
    except Unsatisfiable:
        return HttpResponse(status=416, headers=facts | {"Content-Range": f"bytes */{file.size}"})
    if request.method == "HEAD":
        return HttpResponse(headers=facts | {"Content-Length": str(file.size)})
    if span is None:
        return _stream(request, link, file, Span(0, file.size), 200, facts)
    where = {"Content-Range": f"bytes {span.start}-{span.end - 1}/{file.size}"}
    return _stream(request, link, file, span, 206, facts | where)


def _stream(
    request: Request, link: Link, file: Stored, span: Span, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    """Chunk by chunk, under ASGI by a thread: Django would read a plain iterator into memory there."""
    is_async = isinstance(request._request, ASGIRequest)
    chunks = _async_chunks(file.path, span, link) if is_async else _chunks(file.path, span, link)
    return StreamingHttpResponse(chunks, status=status, headers=headers | {"Content-Length": str(len(span))})


def _chunks(path: Path, span: Span, link: Link) -> Iterator[bytes]:
    """Ends early, with fewer bytes than were announced, once the link is no longer open."""
    with path.open("rb") as file:
        file.seek(span.start)
        left, asked = len(span), monotonic()
        while left and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            yield data
            if monotonic() - asked > rights.RUNNING_SECONDS:
                if not rights.is_open(link):
                    return
                asked = monotonic()


async def _async_chunks(path: Path, span: Span, link: Link) -> AsyncIterator[bytes]:
    file: BinaryIO = await asyncio.to_thread(path.open, "rb")
    try:
        file.seek(span.start)
        left, asked = len(span), monotonic()
        while left and (data := await asyncio.to_thread(file.read, min(CHUNK, left))):
            left -= len(data)
            yield data
            if monotonic() - asked > rights.RUNNING_SECONDS:
                if not await sync_to_async(rights.is_open)(link):
                    raise asyncio.CancelledError  # as if the client had gone: the connection is closed
                asked = monotonic()
    finally:
        file.close()


def _relay(remote: Storage, key: StorageKey) -> HttpResponse:
    try:
        with remote.open(key, "rb") as file:
            return HttpResponse(file.read())
    except FileNotFoundError:
        raise FileNotFound() from None


def _presigned(remote: Storage, key: StorageKey, name: str) -> str:
    """A link of the store's own. We cannot take it back, so it lives as briefly as players bear."""
    told = {
        "ResponseContentType": content_type(key),
        "ResponseContentDisposition": _disposition(key, name),
    }
    seconds = RANGED_SECONDS if key.suffix in RANGED else PRESIGNED_SECONDS
    return str(remote.url(key, parameters=told, expire=seconds))  # type: ignore[call-arg]  # S3Storage's own
