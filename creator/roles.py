"""Roles: what a member of staff may do. All of them may read what staff may read.

Which one an act needs is derived here, and nowhere else: it is that of the route's room. A view that is an
exception says `role`.
"""

from django.db.models import TextChoices

from creator.scopes import READING


class Role(TextChoices):
    VIEWER = "viewer"  # of everybody who is staff
    SUPPORT = "support"
    ADMISSION = "admission"
    OWNER = "owner"  # a superuser, who has all of them


GIVEN = (Role.SUPPORT, Role.ADMISSION)
"""Those that a person is given one by one; the others follow from being staff, or a superuser."""

OF_ROOM = {"creator": Role.SUPPORT, "publishing": Role.SUPPORT, "waitlist": Role.ADMISSION}


def role_of(view: object, method: str) -> Role:
    """The role that a request with `method` needs at `view`, a route of staff. A method that it does not have
    is refused as such, to all of staff. KeyError for a room that has none."""
    if method in READING or not hasattr(view, method.lower()):
        return Role.VIEWER
    own: Role | None = getattr(view, "role", None)
    return own or OF_ROOM[type(view).__module__.partition(".")[0]]
