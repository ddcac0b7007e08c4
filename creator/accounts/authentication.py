"""Who is asking: `Authorization: Bearer …`, for REST, server-sent events and WebSockets alike."""

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from creator.accounts import tickets, tokens
from creator.models import Token, User
from creator.scopes import Scope

REFUSED = "This token is unknown, expired or revoked. Sign in again with POST /api/v1/auth/login."
IN_ADDRESS = (
    "A token in an address ends up in logs, so none is taken there. Send it as “Authorization: Bearer …”; "
    "where you cannot, ask for a ticket with POST /api/v1/auth/ticket and open the stream with ?ticket=."
)
TICKET_REFUSED = (
    "A ticket opens one event stream, once and within {seconds} seconds: this one is unknown, used or too "
    "old, or this is no stream. Ask for another with POST /api/v1/auth/ticket."
)
BEARER = "creator.token"
"""The key of an ASGI scope under which a stream hands on the token it has found to the JSON route."""


def token_for(secret: str) -> Token | None:
    """The living token with this secret, or None. Queries the database: call it from a thread."""
    return _within_scopes(tokens.find(secret))


def token_for_ticket(secret: str) -> Token | None:
    """The living token that this ticket was made with, or None; the ticket is used up."""
    return _within_scopes(tickets.redeem(secret))


def user_for(token: str) -> User | None:
    """The person behind a bearer token, or None. Queries the database: call it from a thread."""
    found = token_for(token)
    return found.user if found else None


def signed_in(request: Request) -> User:
    """The person a view behind `IsSignedIn`, `IsAdmitted` or `IsStaff` works for."""
    assert isinstance(request.user, User)
    return request.user


def bearer_token(request: Request) -> Token | None:
    """The token this request came with."""
    return request.auth if isinstance(request.auth, Token) else None


def bearer_secret(header: str) -> str | None:
    """The secret of an `Authorization` header; None where it is not that of a bearer."""
    match header.split():
        case [keyword, secret] if keyword.lower() == "bearer":
            return secret
    return None


def _within_scopes(token: Token | None) -> Token | None:
    """Staff's powers are not those of staff's keys, unless a key was made for them."""
    if token is not None:
        token.user.staff_powers = token.has(Scope.ADMIN)
    return token


class TokenAuthentication(BaseAuthentication):
    """DRF's door. `request.auth` is the `Token` row."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        if opened := getattr(request._request, "scope", {}).get(BEARER):
            return opened.user, opened
        match get_authorization_header(request).split():
            case [keyword, secret] if keyword.lower() == b"bearer":
                return self._known(secret.decode("latin-1"))
            case [keyword, *_rest] if keyword.lower() == b"bearer":
                raise AuthenticationFailed(_(REFUSED))
        if "token" in request.query_params:
            raise AuthenticationFailed(_(IN_ADDRESS))
        if "ticket" in request.query_params:
            raise AuthenticationFailed(_(TICKET_REFUSED).format(seconds=tickets.SECONDS))
        return None

    def authenticate_header(self, request: Request) -> str:
        return self.keyword

    def _known(self, secret: str) -> tuple[User, Token]:
        token = token_for(secret)
        if token is None:
            raise AuthenticationFailed(_(REFUSED))
        return token.user, token


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
