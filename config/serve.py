"""The web server: `python -m config.serve --host … --port …`; any option of uvicorn's may follow.

Our own protocols end what is slow and refuse what is too much; `X-Forwarded-For` is read in one place
(`api/client_address.py`), not by uvicorn; no access log, as addresses may carry what opens something.
"""

import os
import resource
import sys
from contextlib import suppress

import django
import uvicorn

from config import process

OPTIONS = [
    "config.asgi:application",
    "--http=config.http.protocol:PatientHttpProtocol",
    "--ws=config.http.websocket_protocol:PatientWebSocketProtocol",
    "--ws-max-size=65536",  # bytes; nothing is asked for over a WebSocket
    "--ws-ping-interval=45",  # seconds: proxies close what is silent for a minute
    "--no-proxy-headers",
    "--no-server-header",
    "--no-access-log",
    "--lifespan=off",
    "--timeout-graceful-shutdown=2",
]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    process.answers_requests = True
    django.setup()  # the protocols know limits and languages
    with suppress(ValueError, OSError):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each connection takes a descriptor
    uvicorn.main([*OPTIONS, *sys.argv[1:]])


if __name__ == "__main__":
    main()
