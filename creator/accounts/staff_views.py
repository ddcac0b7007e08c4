"""What staff do to accounts, over HTTP, and the list of what staff did."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts import suspension
from creator.accounts.authentication import signed_in
from creator.accounts.staff_serializers import ReasonSerializer, StaffActionSerializer, SuspensionSerializer
from creator.errors import OwnAccount, SuperuserOnly, UserNotFound
from creator.limits import limited
from creator.models import StaffAction, User
from creator.permissions import IsStaff


class SuspendView(APIView):
    """Staff: suspend an account. Its sessions, keys, links and jobs end at once; its posts are hidden."""

    permission_classes = (IsStaff,)

    @extend_schema(operation_id="suspendUser", request=ReasonSerializer, responses=SuspensionSerializer)
    @raises(UserNotFound, OwnAccount, SuperuserOnly)
    @limited("staff_acts")
    def post(self, request: Request, handle: str) -> Response:
        asked = validated(ReasonSerializer(data=request.data))
        return _shown(suspension.suspend(actor=signed_in(request), handle=handle, **asked))


class RestoreView(APIView):
    """Staff: restore a suspended account. Its owner signs in anew, and its posts are shown again."""

    permission_classes = (IsStaff,)

    @extend_schema(operation_id="restoreUser", request=ReasonSerializer, responses=SuspensionSerializer)
    @raises(UserNotFound, OwnAccount, SuperuserOnly)
    @limited("staff_acts")
    def post(self, request: Request, handle: str) -> Response:
        asked = validated(ReasonSerializer(data=request.data))
        return _shown(suspension.restore(actor=signed_in(request), handle=handle, **asked))


class StaffActionsView(generics.ListAPIView[StaffAction]):
    """Staff: what staff did, newest first."""

    permission_classes = (IsStaff,)
    queryset = StaffAction.objects.none()
    serializer_class = StaffActionSerializer

    @extend_schema(
        operation_id="listStaffActions",
        parameters=[OpenApiParameter("subject", str, description="Only what was done to it: `user:7`.")],
    )
    def get(self, request: Request) -> Response:
        """All of it, or what was done to one `subject`. Nothing of it is ever changed or deleted."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[StaffAction]:
        subject = self.request.query_params.get("subject")
        done = StaffAction.objects.select_related("actor")
        return done.filter(subject=subject) if subject else done


def _shown(user: User) -> Response:
    return Response(SuspensionSerializer({"handle": user.handle, "suspended": not user.is_active}).data)
