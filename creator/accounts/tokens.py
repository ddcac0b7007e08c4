"""Bearer tokens: 256 random bits; only their SHA-256 is kept, so a stolen table opens nothing."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from creator.accounts import token_use
from creator.models import Token, User
from creator.scopes import Scope

PREFIX = {
    Token.Kind.SESSION: "lys_",
    Token.Kind.KEY: "lyk_",
}  # so that a leaked one is recognised by scanners


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_secret(kind: str) -> str:
    """256 random bits behind the prefix of their kind."""
    return PREFIX[Token.Kind(kind)] + secrets.token_urlsafe(32)


def issue(
    user: User, *, kind: Token.Kind, name: str = "", days: int | None = None, scopes: Iterable[Scope] = ()
) -> tuple[Token, str]:
    """A new token of `user` and its secret, which nobody can show again; `days=None` never expires."""
    secret = new_secret(kind)
    expires_at = timezone.now() + timedelta(days=days) if days else None
    kept = {"digest": digest(secret), "hint": secret[-4:], "scopes": sorted(map(str, set(scopes)))}
    token = Token.objects.create(user=user, kind=kind, name=name, expires_at=expires_at, **kept)
    return token, secret


def issue_session(user: User, device: str = "") -> tuple[Token, str]:
    """The token of a sign-in; lives for `SESSION_DAYS`. `device` is what its owner knows it by."""
    return issue(user, kind=Token.Kind.SESSION, name=device, days=settings.SESSION_DAYS)


def find(secret: str) -> Token | None:
    """The living token with this secret, with its user; notes that it is used."""
    token = Token.objects.alive().select_related("user").filter(digest=digest(secret)).first()
    if token:
        token_use.note(token)
    return token


def living(digests: Collection[str]) -> set[str]:
    """Those of `digests` that belong to a living token. One query, whoever they belong to."""
    return set(Token.objects.alive().filter(digest__in=digests).values_list("digest", flat=True))


def delete_expired_sessions() -> None:
    """Remove sessions that are over. An ended API key stays listed until its owner deletes it."""
    Token.objects.filter(kind=Token.Kind.SESSION, expires_at__lt=timezone.now()).delete()
