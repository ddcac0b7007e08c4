"""Tickets: one stream each, for browsers, which can send no header where they open an EventSource.

A ticket may stand in an address, and so in the logs of proxies: there it is worth nothing, as it is used once
and within `SECONDS`.
"""

import secrets
from datetime import timedelta

from django.utils import timezone

from creator.accounts.tokens import digest
from creator.models import Ticket, Token

SECONDS = 30
PREFIX = "lyt_"


def issue(token: Token) -> str:
    """A new ticket for whatever `token` may do; with the token it ends, too."""
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    Ticket.objects.filter(expires_at__lt=now).delete()
    Ticket.objects.create(token=token, digest=digest(secret), expires_at=now + timedelta(seconds=SECONDS))
    return secret


def redeem(secret: str) -> Token | None:
    """The living token behind a ticket, which is then used up. One DELETE decides which of two was first.

    None as well where the token is renewed meanwhile: the stream would be one of the new secret.
    """
    found = Ticket.objects.filter(digest=digest(secret), expires_at__gt=timezone.now())
    behind = found.values("token_id", "token__digest").first()
    if behind is None or not found.delete()[0]:
        return None
    same = Token.objects.filter(pk=behind["token_id"], digest=behind["token__digest"])
    return same.alive().select_related("user").first()
