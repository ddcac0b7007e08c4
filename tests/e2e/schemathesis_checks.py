"""What schemathesis, a process of its own, checks of each answer besides its own checks."""

import os
from typing import Any
from urllib.parse import urlsplit

import django
import schemathesis
from django.http import HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tests.contract import undocumented  # noqa: E402  # it needs Django set up


@schemathesis.check
def is_documented(context: Any, response: Any, case: Any) -> None:
    """Status, kind, code and body are what docs/openapi.yaml says."""
    kind = response.headers.get("content-type", [""])[0]
    answer = HttpResponse(response.content or b"", status=response.status_code, content_type=kind)
    difference = undocumented(case.method, urlsplit(response.request.url).path, answer)
    assert difference is None, difference
