"""Bodies without a `Content-Length`, as those that come in chunks, are read like any other.

Django and DRF take a body whose length nobody declared for no body at all: `{"seed": 42}` in chunks would be
done as `{}`. So its length is told to them, once all of it is here.
"""

import tempfile
from collections.abc import Iterable
from typing import IO, Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest

from config.http.errors import LengthAndChunks, LengthNeeded
from config.http.wsgi import App, Environ, StartResponse, refuse
from library.errors import FileTooLarge
from library.upload.handler import FORM_BYTES

READ_AT_ONCE = 64 << 10  # bytes


class MeasuredRequest(ASGIRequest):
    """Django's request over ASGI. Its body is a file, and was counted by `BodyLimit` on the way into it."""

    def __init__(self, scope: Any, body_file: IO[bytes]) -> None:
        super().__init__(scope, body_file)
        if "CONTENT_LENGTH" not in self.META:
            self.META["CONTENT_LENGTH"] = str(_length(body_file))


def whole_bodies(app: App) -> App:
    """A WSGI application that reads chunks to their end, where the server takes them apart and says so
    (`wsgi.input_terminated`, as gunicorn does). Others cannot tell where such a body ends: 411.
    """

    def whole(request: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" not in request:
            return app(request, start_response)
        if request.get("CONTENT_LENGTH"):
            return refuse(request, start_response, LengthAndChunks())
        if not request.get("wsgi.input_terminated"):
            return refuse(request, start_response, LengthNeeded())
        with tempfile.SpooledTemporaryFile(settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as body:
            if not _copy(request["wsgi.input"], body, most=settings.UPLOAD_MAX_BYTES + FORM_BYTES):
                too_large = FileTooLarge(field="file", most=settings.UPLOAD_MAX_BYTES >> 20)
                return refuse(request, start_response, too_large)
            told = {"wsgi.input": body, "CONTENT_LENGTH": str(_length(body))}
            return app({**request, **told}, start_response)

    return whole


def _copy(source: IO[bytes], target: IO[bytes], *, most: int) -> bool:
    """Whether all of `source` was copied, because it has at most `most` bytes."""
    left = most
    while left >= 0 and (data := source.read(READ_AT_ONCE)):
        target.write(data)
        left -= len(data)
    return left >= 0


def _length(file: IO[bytes]) -> int:
    """In bytes; the file is at its beginning afterwards."""
    file.seek(0, 2)
    length = file.tell()
    file.seek(0)
    return length
