"""Limits as views declare them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from api.client_address import client_network
from api.raises import raises
from creator.errors import RateLimited
from creator.limits.catalogue import LIMITS
from creator.limits.enforcement import Allowed, spend

Method = TypeVar("Method", bound=Callable[..., Response])


def limited(*names: str) -> Callable[[Method], Method]:
    """Decorate a view's method: each call counts once in every rate of `names`, before anything is done.

    A rate of a network counts by the client's network, one of a token by the session or key that asks, any
    other by the person who is signed in. The answer tells what is left; RateLimited is declared. `limits` of
    the method names them.
    """
    for name in names:
        assert LIMITS[name].seconds is not None, f"{name} is no rate"

    def declare(method: Method) -> Method:
        @wraps(method)
        def within(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            used = [spend(name, _whose(name, request)) for name in names]
            return tell_left(method(view, request, *args, **kwargs), used)

        within.limits = names  # type: ignore[attr-defined]
        return raises(RateLimited)(within)  # type: ignore[return-value]

    return declare


def _whose(name: str, request: Request) -> object:
    match LIMITS[name].whose:
        case "network":
            return client_network(request.META)
        case "token":
            return getattr(request.auth, "pk", request.user.pk)
    return request.user.pk


def tell_left(response: Response, used: list[Allowed]) -> Response:
    """`response` with headers that say what is left of each rate that was `used`."""
    for header in ("RateLimit-Policy", "RateLimit"):
        response[header] = ", ".join(allowed.headers[header] for allowed in used)
    return response
