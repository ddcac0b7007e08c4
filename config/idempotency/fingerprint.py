"""Whether two requests ask for the same: by their values, not by their bytes.

JSON says one value in many ways: fields in any order (Swift's dictionaries change it from run to run), 1 and
1.0, escapes, white space. A form has another boundary each time; its fields count, and what is in its
files. Parameters of a media type (a charset, the boundary) say nothing of the value; the media type does.
"""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

FORM, JSON = "multipart/form-data", "application/json"
CHUNK = 1 << 20  # bytes of a file that are in memory at once


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 of method, path, query and body by value. The body is read before anything is written."""
    query = sorted(parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True))
    asked = [request.method, request.path, query]
    return _sha256(_canonical([*asked, _form(request) if request.content_type == FORM else _body(request)]))


def _body(request: HttpRequest) -> Any:
    """No body and an empty object say the same. What is no JSON is as it was sent: the view refuses it."""
    kind = request.content_type if request.body else JSON
    try:
        return [kind, _sha256(_canonical(_plain(json.loads(request.body or b"{}"))))]
    except (ValueError, RecursionError):
        return [kind, "unread", _sha256(request.body)]


def _form(request: HttpRequest) -> Any:
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST)  # reads all of it
    if getattr(request, "upload_too_large", False):
        return [FORM, fields]  # the view refuses it
    files = sorted((name, [_digest(file) for file in request.FILES.getlist(name)]) for name in request.FILES)
    return [FORM, fields, files]


def _digest(file: UploadedFile) -> str:
    """Of what is in a file, read in pieces; it can be read from its beginning again."""
    found = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _plain(value: Any) -> Any:
    """`value` with one kind of number: 1.0 is 1, and -0.0 is 0."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
