"""Everything over ASGI: REST, the live stream of a job's events, and WebSockets."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

from config import process

#: [module] Django's settings. Leave it, unless a module of yours imports all of config.settings and adds
#: to it.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
process.answers_requests = True
_rest: Any = get_asgi_application()  # sets Django up, which the imports below need

from config.request_budget import NoticesLeaving  # noqa: E402
from creator.accounts import token_use  # noqa: E402
from jobs.realtime.routing import websocket_urlpatterns  # noqa: E402
from jobs.realtime.sse import EventStream  # noqa: E402
from library.upload.body_limit import CappedBody  # noqa: E402

token_use.serve()
application = ProtocolTypeRouter(
    {"http": EventStream(NoticesLeaving(CappedBody(_rest))), "websocket": URLRouter(websocket_urlpatterns)}
)
