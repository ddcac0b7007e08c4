"""A person: known by a handle, reached by phone or e-mail, admitted or still waiting."""

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from creator.accounts.addresses import normalize_email
from creator.roles import GIVEN, Role

# No vowels and no look-alikes: a handle made by chance spells nothing and can be read out loud.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_handle() -> str:
    """A handle nobody chose: `creator-` and six characters (27⁶ of them)."""
    return "creator-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


class UserManager(BaseUserManager["User"]):
    def create_user(self, **fields: Any) -> "User":
        """A new person. Nobody has a password: all sign in by code."""
        password = fields.pop("password", None)
        user = self.model(**fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, **fields: Any) -> "User":
        return self.create_user(**fields | {"is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A creator. Deleting the row deletes what is theirs; only the ledger stays, without a name."""

    handle = models.CharField(
        max_length=30,
        unique=True,
        default=new_handle,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9_-]{2,29}\Z")],
    )
    display_name = models.CharField(max_length=50, blank=True)
    phone = models.CharField(max_length=16, unique=True, null=True, blank=True)
    email = models.EmailField(unique=True, null=True, blank=True)
    # the one spelling of `email`; null for those who had another spelling of it before there was one
    mailbox = models.CharField(max_length=254, unique=True, null=True, blank=True, editable=False)
    admitted_at = models.DateTimeField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    given_roles = models.JSONField(default=list, blank=True)  # of staff: some of `creator.roles.GIVEN`
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    staff_powers = True  # no column: False on the user of a request by a key without the scope `admin`

    objects = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.handle

    def save(self, **options: Any) -> None:
        if self._state.adding and self.email and not self.mailbox:
            self.mailbox = normalize_email(self.email).mailbox
        super().save(**options)

    @property
    def acts_as_staff(self) -> bool:
        """May this person do here and now what only staff may?"""
        return self.is_staff and self.staff_powers

    @property
    def roles(self) -> list[Role]:
        """What this person may do as staff; nothing for others."""
        if not self.is_staff:
            return []
        return (
            list(Role) if self.is_superuser else [Role.VIEWER, *(r for r in GIVEN if r in self.given_roles)]
        )

    @property
    def is_admitted(self) -> bool:
        """May this person use the routes that make something?"""
        return self.admitted_at is not None
