"""Everything over ASGI: REST, the live stream of a job's events, and WebSockets."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

from config import process

#: [module] Django's settings. Leave it, unless a module of yours imports all of config.settings and adds
#: to it.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
process.answers_requests = True
_rest: Any = get_asgi_application()  # sets Django up, which the imports below need

from config.http.body_limit import BodyLimit  # noqa: E402
from config.http.cross_origin import CrossOrigin  # noqa: E402
from config.http.request_ids import RequestIds  # noqa: E402
from config.http.request_rate import RequestRate  # noqa: E402
from config.http.turns import Turns  # noqa: E402
from config.http.unknown_sockets import KnownHosts, nothing_here  # noqa: E402
from config.http.unreadable_headers import ReadableHeaders  # noqa: E402
from config.http.whole_bodies import MeasuredRequest  # noqa: E402
from config.request_budget import NoticesLeaving  # noqa: E402
from creator.accounts import token_use  # noqa: E402
from jobs.realtime.routing import websocket_urlpatterns  # noqa: E402
from jobs.realtime.sse import EventStream  # noqa: E402

_rest.request_class = MeasuredRequest
token_use.serve()
_sockets: list[Any] = [*websocket_urlpatterns, re_path("", nothing_here)]  # type: ignore[arg-type]
_http = ReadableHeaders(BodyLimit(EventStream(NoticesLeaving(Turns(_rest)))))
_by_protocol = ProtocolTypeRouter({"http": _http, "websocket": KnownHosts(URLRouter(_sockets))})
request_rate = RequestRate(_by_protocol)
application = RequestIds(CrossOrigin(request_rate))
