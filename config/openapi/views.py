"""The OpenAPI document over HTTP, for anybody: made once for each language, as that takes long."""

import json
from functools import lru_cache
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from rest_framework.utils.encoders import JSONEncoder

from config import views
from config.openapi.document import generate

MEDIA_TYPE = "application/vnd.oai.openapi+json"
_lock = Lock()


def schema(request: HttpRequest) -> HttpResponse:
    """In the language of Accept-Language, as any answer; nothing in the address is looked at."""
    if request.method not in views.READING:
        return views.no_such_method(request, views.READING)
    with _lock:  # of those who come first, one makes it
        content = _content(get_language() or "en")
    name = 'inline; filename="Lingying.json"'
    return HttpResponse(content, content_type=MEDIA_TYPE, headers={"Content-Disposition": name})


@lru_cache(maxsize=8)  # only languages that are spoken here are ever active
def _content(language: str) -> bytes:
    return json.dumps(generate(), cls=JSONEncoder, ensure_ascii=False).encode()
