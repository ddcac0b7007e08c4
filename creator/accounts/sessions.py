"""Ending and renewing tokens. What ends a token ends its streams (`jobs.realtime.access`) and links too."""

from django.db import transaction

from creator.accounts import tokens
from creator.errors import TokenReplaced
from creator.limits import most
from creator.models import Ticket, Token, User


def open_session(user: User, device: str = "") -> tuple[Token, str]:
    """A session and its secret. Beyond the limit `sessions` the oldest are ended."""
    opened = tokens.issue_session(user, device)
    newest = Token.objects.filter(user=user).sessions().order_by("-created_at", "-pk")
    beyond = list(newest.values_list("pk", flat=True)[max(most("sessions"), 1) :])
    if beyond:
        Token.objects.filter(pk__in=beyond).delete()
    return opened


def end_all(user: User) -> None:
    """Sign out everywhere; keys stay."""
    Token.objects.filter(user=user).sessions().delete()


def rotate(token: Token) -> str:
    """A new secret for the session or key, whose old one ends at once, with its tickets and links.

    One conditional UPDATE decides between two who hold the old secret. It lives no longer than it would have.
    Raises TokenReplaced.
    """
    secret = tokens.new_secret(token.kind)
    mine = Token.objects.filter(pk=token.pk, digest=token.digest)
    with transaction.atomic():
        if not mine.update(digest=tokens.digest(secret), hint=secret[-4:]):
            raise TokenReplaced()
        Ticket.objects.filter(token=token).delete()
    return secret
