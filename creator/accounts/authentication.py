"""Who is asking: `Authorization: Bearer …`, for REST, server-sent events and WebSockets alike."""

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from creator.accounts import tokens
from creator.models import Token, User

REFUSED = "This token is unknown, expired or revoked. Sign in again with POST /api/v1/auth/login."


def user_for(token: str) -> User | None:
    """The person behind a bearer token, or None. Queries the database: call it from a thread."""
    found = tokens.find(token)
    return found.user if found else None


def signed_in(request: Request) -> User:
    """The person a view behind `IsAuthenticated`, `IsAdmitted` or `IsStaff` works for."""
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


class TokenAuthentication(BaseAuthentication):
    """DRF's door. `request.auth` is the `Token` row."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        match get_authorization_header(request).split():
            case [keyword, secret] if keyword.lower() == b"bearer":
                return self._known(secret.decode("latin-1"))
            case [keyword, *_] if keyword.lower() == b"bearer":
                raise AuthenticationFailed(_(REFUSED))
        return None

    def authenticate_header(self, request: Request) -> str:
        return self.keyword

    def _known(self, secret: str) -> tuple[User, Token]:
        token = tokens.find(secret)
        if token is None:
            raise AuthenticationFailed(_(REFUSED))
        return token.user, token


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
