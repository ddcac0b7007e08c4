"""How a person proves who they are: a code sent to them, then a token they keep."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid6 import uuid7

from creator.errors import ScopeMissing
from creator.models.owned import OwnedQuerySet
from creator.scopes import Scope


class SignInCode(models.Model):
    """The one code an address can sign in with now; a newer one takes its place.

    `digest` is keyed with the secret key: a million codes are quickly tried against a plain hash.
    """

    address = models.CharField(max_length=254, unique=True)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"code for {self.address}"


class Allowance(models.Model):
    """How often something was done in a window of time; `key` is a digest, so no address is kept."""

    key = models.CharField(max_length=64, unique=True)
    used = models.PositiveBigIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.used} until {self.ends_at:%c}"


class TokenQuerySet(OwnedQuerySet["Token"]):
    owner_field = "user"

    def keys(self) -> "TokenQuerySet":
        """The tokens a person made by hand, for programs."""
        return self.filter(kind=Token.Kind.KEY)

    def sessions(self) -> "TokenQuerySet":
        """The tokens that signing in gave, each to one device."""
        return self.filter(kind=Token.Kind.SESSION)

    def alive(self) -> "TokenQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), user__is_active=True)


class Token(models.Model):
    """A bearer's right to act as `user`: a phone's session, or an API key. The secret itself is not kept.

    `name` is what its owner calls a key, and for a session the device it was given to.
    """

    class Kind(models.TextChoices):
        SESSION = "session"
        KEY = "key"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SESSION)
    name = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, blank=True)  # its last characters, to tell keys apart
    scopes = models.JSONField(default=list, blank=True)  # of a key; a session has all
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} …{self.hint}"

    def has(self, scope: Scope) -> bool:
        """Whether its bearer may do what needs `scope`."""
        return self.kind == self.Kind.SESSION or scope in self.scopes

    def require(self, scope: Scope) -> None:
        """Raises ScopeMissing, which names the scope."""
        if not self.has(scope):
            raise ScopeMissing(scope=scope.value)


class Ticket(models.Model):
    """The right to open one stream as the bearer of `token`, for a moment. The secret itself is not kept."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="tickets")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"ticket of {self.token} until {self.expires_at:%c}"
