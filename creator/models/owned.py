"""Rows that belong to a person."""

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from creator.models import User

M = TypeVar("M", bound=models.Model)


class OwnedQuerySet(models.QuerySet[M, M]):
    """Every look-up for a person begins with `visible_to`; what they may change is `owned_by` them.

    `owner_field` names the foreign key. A subclass says what somebody may see beside their own; by default,
    that is nothing, for staff too.
    """

    owner_field: ClassVar[str] = "owner"

    def owned_by(self, user: "User | AnonymousUser") -> Self:
        """Those of `user`; of somebody who is not signed in, none."""
        return self.filter(**{self.owner_field: user.pk}) if user.pk else self.none()

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those that `user` may see."""
        return self.owned_by(user)
