"""What a person must be to ask: signed in, admitted, or staff; and what their key must be made for.

Anonymous people are asked to sign in first (401).
"""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.raises import raises
from creator.accounts.authentication import bearer_token, signed_in
from creator.errors import NotAdmitted, RoleMissing, ScopeMissing, StaffOnly
from creator.roles import role_of
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


@raises(StaffOnly, RoleMissing)
class IsStaff(IsSignedIn):
    """For the routes of those who run the place. Raises `StaffOnly`, and `RoleMissing` for staff who have not
    the role that it needs."""

    def has_permission(self, request: Request, view: object) -> bool:
        if not super().has_permission(request, view):
            return False
        user, role = signed_in(request), role_of(view, str(request.method))
        if not user.acts_as_staff:
            raise StaffOnly()
        if role not in user.roles:
            raise RoleMissing(role=role.value)
        return True

    def scope_of(self, view: object, method: str) -> Scope:
        return Scope.ADMIN
