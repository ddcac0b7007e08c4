"""Scopes: what a bearer token may do. A session may do all that its person may, a key what it was made for.

Which scope a route needs is derived here, and nowhere else: reading needs `read`, the routes of staff `admin`
(`creator.permissions.IsStaff`), any other the scope of its room. A view that is an exception says `scope`.
"""

from django.db.models import TextChoices

READING = ("GET", "HEAD", "OPTIONS")


class Scope(TextChoices):
    READ = "read"
    GENERATE = "generate"
    EDIT = "edit"
    PUBLISH = "publish"
    ACCOUNT = "account"
    ADMIN = "admin"


DEFAULT = (Scope.READ, Scope.GENERATE, Scope.EDIT, Scope.PUBLISH)
"""Of a key that was made without saying."""

OF_ROOM = {
    "creator": Scope.ACCOUNT,
    "waitlist": Scope.ACCOUNT,
    "jobs": Scope.GENERATE,  # trying a job again may cost credits
    "library": Scope.EDIT,
    "generation": Scope.GENERATE,
    "editing": Scope.EDIT,
    "publishing": Scope.PUBLISH,
}


def scope_of(view: object, method: str) -> Scope:
    """The scope that a request with `method` needs at `view`. KeyError for a room that is not in OF_ROOM."""
    own: Scope | None = getattr(view, "scope", None)
    if own is not None:
        return own
    return Scope.READ if method in READING else OF_ROOM[type(view).__module__.partition(".")[0]]
