"""Uploads go straight to disk, and not further than what is taken."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

FILE_NAME = "file"
FORM_BYTES = 64 << 10  # what a form may weigh beside its file


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes to FILE_UPLOAD_TEMP_DIR; past UPLOAD_MAX_BYTES it stops and notes so on the request, as
    `upload_too_large`: the view answers, since the form may be read before any view is reached."""

    request: Any  # an HttpRequest that bears our note

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.request.upload_too_large = content_length > settings.UPLOAD_MAX_BYTES + FORM_BYTES
        self._taken = 0

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        if self.request.upload_too_large:
            raise StopUpload(connection_reset=True)  # said to be too large: not one byte of it is read
        # Django would end the temporary file's name as the sender's ends, however long and odd that is.
        super().new_file(field_name, FILE_NAME, *args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._taken += len(raw_data)
        if self._taken > settings.UPLOAD_MAX_BYTES:
            self.request.upload_too_large = True
            raise StopUpload
        super().receive_data_chunk(raw_data, start)
