"""Everything over ASGI: REST, the live stream of a job's events, and WebSockets."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_rest: Any = get_asgi_application()  # sets Django up, which what follows needs

from jobs.realtime.routing import websocket_urlpatterns  # noqa: E402
from jobs.realtime.sse import EventStream  # noqa: E402
from library.upload.body_limit import CappedBody  # noqa: E402

application = ProtocolTypeRouter(
    {"http": EventStream(CappedBody(_rest)), "websocket": URLRouter(websocket_urlpatterns)}
)
