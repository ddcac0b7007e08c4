"""Every request has a share of CPU, and ends when its client leaves (`creator.limits.request_budget`)."""

import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from creator.limits import most, request_budget

LEFT = "lingying.client_left"  # in the ASGI scope: a threading.Event

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Any], Awaitable[None]]


class NoticesLeaving:
    """ASGI: sets the event in the scope when the client disconnects before it was answered.

    Django listens for that while a view works, but can only stop an asynchronous one."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        left = threading.Event()

        async def noticing() -> MutableMapping[str, Any]:
            message = await receive()
            if message["type"] == "http.disconnect":
                left.set()
            return message

        await self.app({**scope, LEFT: left}, noticing, send)


class RequestBudgetMiddleware:
    """Gives each request its share. Not asynchronous: what comes behind it works in one thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        left: threading.Event = getattr(request, "scope", {}).get(LEFT) or threading.Event()
        with request_budget.limited_to(most("request_cpu"), left.is_set):
            return self.get_response(request)
