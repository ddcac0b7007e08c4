"""Devices that were signed in before: each may ask for codes and hand them in whatever strangers do.

A device token opens nothing by itself. It is 256 random bits, kept as their digest, and outlives the session.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.client_address import client_network
from api.raises import raises
from creator.accounts.tokens import digest
from creator.errors import RateLimited
from creator.limits import most, spend, tell_left
from creator.models import KnownDevice, User

PREFIX = "lyd_"  # so that a leaked one is recognised by scanners
LONGEST = 100  # characters a client may send as its token
Method = Callable[..., Response]


def find(secret: object) -> KnownDevice | None:
    """The device with this token, with its person."""
    if not isinstance(secret, str) or not secret.startswith(PREFIX) or len(secret) > LONGEST:
        return None
    if not secret.isascii():
        return None
    return KnownDevice.objects.select_related("user").filter(digest=digest(secret)).first()


def remember(user: User, known: str = "", *, is_new: bool = False) -> str:
    """The token of the device `user` has just signed in with: `known` if it is one of theirs, else a new one.

    A user who `is_new` has no other devices.
    """
    if known and KnownDevice.objects.filter(user=user, digest=digest(known)).update(used_at=timezone.now()):
        return known
    if not is_new:
        _leave_room(user)
    secret = PREFIX + secrets.token_urlsafe(32)
    KnownDevice.objects.create(user=user, digest=digest(secret))
    return secret


def _leave_room(user: User) -> None:
    """For one more device: the longest unused ones go."""
    by_use = KnownDevice.objects.filter(user=user).order_by("-used_at", "-pk")
    beyond = by_use.values_list("pk", flat=True)[max(0, most("devices") - 1) :]
    KnownDevice.objects.filter(pk__in=list(beyond)).delete()


def limited_by_device(*, known: str, others: str) -> Callable[[Method], Method]:
    """As `limited`, for people who are not signed in yet.

    A device that is known counts in the rate `known` by itself, anybody else in `others` by their network.
    """

    def declare(method: Method) -> Method:
        @wraps(method)
        def within(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            device = find(request.data.get("device_token") if isinstance(request.data, dict) else None)
            request.device = device  # type: ignore[attr-defined]
            used = spend(known, device.pk) if device else spend(others, client_network(request.META))
            return tell_left(method(view, request, *args, **kwargs), [used])

        within.limits = (known, others)  # type: ignore[attr-defined]
        return raises(RateLimited)(within)

    return declare
