"""What a person must be to ask: admitted, or staff. Anonymous people are asked to sign in first (401)."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.raises import raises
from creator.errors import NotAdmitted, StaffOnly


@raises(NotAdmitted)
class IsAdmitted(BasePermission):
    """For every route that makes or costs something. Raises `NotAdmitted`, which says how to apply."""

    def has_permission(self, request: Request, view: object) -> bool:
        if not request.user.is_authenticated:
            return False
        if not request.user.is_admitted:
            raise NotAdmitted()
        return True


@raises(StaffOnly)
class IsStaff(BasePermission):
    """For the routes of those who run the place. Raises `StaffOnly`."""

    def has_permission(self, request: Request, view: object) -> bool:
        if not request.user.is_authenticated:
            return False
        if not request.user.is_staff:
            raise StaffOnly()
        return True
