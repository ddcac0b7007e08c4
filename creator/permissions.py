"""What a person must be to ask: signed in, admitted, or staff; and what their key must be made for.

Anonymous people are asked to sign in first (401).
"""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.raises import raises
from creator.accounts.authentication import bearer_token, signed_in
from creator.errors import NotAdmitted, ScopeMissing, StaffOnly
from creator.scopes import Scope, scope_of


@raises(ScopeMissing)
class IsSignedIn(BasePermission):
    """For every other route that is not public. Raises `ScopeMissing` for a key that was made for less."""

    def has_permission(self, request: Request, view: object) -> bool:
        if not request.user.is_authenticated:
            return False
        if token := bearer_token(request):
            token.require(self.scope_of(view, str(request.method)))
        return True

    def scope_of(self, view: object, method: str) -> Scope:
        """The scope that a key needs for `method` of `view`."""
        return scope_of(view, method)


@raises(NotAdmitted)
class IsAdmitted(IsSignedIn):
    """For every route that makes or costs something. Raises `NotAdmitted`, which says how to apply."""

    def has_permission(self, request: Request, view: object) -> bool:
        if not super().has_permission(request, view):
            return False
        if not signed_in(request).is_admitted:
            raise NotAdmitted()
        return True


@raises(StaffOnly)
class IsStaff(IsSignedIn):
    """For the routes of those who run the place. Raises `StaffOnly`."""

    def has_permission(self, request: Request, view: object) -> bool:
        if not super().has_permission(request, view):
            return False
        if not signed_in(request).acts_as_staff:
            raise StaffOnly()
        return True

    def scope_of(self, view: object, method: str) -> Scope:
        return Scope.ADMIN
