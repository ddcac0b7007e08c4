"""Bearer tokens: 256 random bits; only their SHA-256 is kept, so a stolen table opens nothing."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from creator.accounts import token_use
from creator.models import Token, User

PREFIX = {
    Token.Kind.SESSION: "lys_",
    Token.Kind.KEY: "lyk_",
}  # so that a leaked one is recognised by scanners


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(user: User, *, kind: Token.Kind, name: str = "", days: int | None = None) -> tuple[Token, str]:
    """A new token of `user` and its secret, which nobody can show again; `days=None` never expires."""
    secret = PREFIX[kind] + secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=days) if days else None
    token = Token.objects.create(
        user=user, kind=kind, name=name, digest=digest(secret), hint=secret[-4:], expires_at=expires_at
    )
    return token, secret


def issue_session(user: User) -> tuple[Token, str]:
    """The token of a sign-in; lives for `SESSION_DAYS`."""
    return issue(user, kind=Token.Kind.SESSION, days=settings.SESSION_DAYS)


def find(secret: str) -> Token | None:
    """The living token with this secret, with its user; notes that it is used."""
    token = Token.objects.alive().select_related("user").filter(digest=digest(secret)).first()
    if token:
        token_use.note(token)
    return token


def delete_expired_sessions() -> None:
    """Remove sessions that are over. An ended API key stays listed until its owner deletes it."""
    Token.objects.filter(kind=Token.Kind.SESSION, expires_at__lt=timezone.now()).delete()
