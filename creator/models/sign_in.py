"""How a person proves who they are: a code sent to them, then a token they keep."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid6 import uuid7

from creator.models.owned import OwnedQuerySet


class SignInCode(models.Model):
    """A code somebody asked for; only who asked knows its `id`; each has its own tries.

    `digest` is keyed with the secret key: a million codes are quickly tried against a plain hash. `network`
    is a digest of where it was asked from, for clients that do not send the id back.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    mailbox = models.CharField(max_length=254)
    network = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    most_tries = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["mailbox", "-created_at"], name="codes_of_a_mailbox")]

    def __str__(self) -> str:
        return f"code for {self.mailbox}"


class KnownDevice(models.Model):
    """A device somebody signed in with before: strangers cannot use up what it may ask. It opens nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"device of {self.user}"


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

    def alive(self) -> "TokenQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), user__is_active=True)


class Token(models.Model):
    """A bearer's right to act as `user`: a phone's session, or an API key. The secret itself is not kept."""

    class Kind(models.TextChoices):
        SESSION = "session"
        KEY = "key"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SESSION)
    name = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, blank=True)  # its last characters, to tell keys apart
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} …{self.hint}"
