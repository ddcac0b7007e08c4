"""The waiting line and the invites over HTTP."""

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.accounts.serializers import MeSerializer
from creator.admission import actions
from creator.admission.serializers import (
    AdmitSerializer,
    AdmittedSerializer,
    InviteSerializer,
    RedeemSerializer,
    WaitlistSerializer,
)
from creator.errors import (
    AlreadyAdmitted,
    InvalidInvite,
    InviteExists,
    InviteNotFound,
    InviteUsedUp,
    NotInLine,
)
from creator.limits import limited
from creator.permissions import IsStaff


class WaitlistView(APIView):
    """Apply, and see one's place in the line."""

    @extend_schema(operation_id="getWaitlistPlace", responses=WaitlistSerializer)
    @raises(NotInLine)
    def get(self, request: Request) -> Response:
        """One's place in the line; 1 is next."""
        return Response(WaitlistSerializer(actions.entry_for(signed_in(request))).data)

    @extend_schema(
        operation_id="joinWaitlist", request=WaitlistSerializer, responses={201: WaitlistSerializer}
    )
    @raises(AlreadyAdmitted)
    @limited("applications")
    def post(self, request: Request) -> Response:
        """Apply. Applying twice changes nothing."""
        asked = {"locale": get_language() or ""} | validated(WaitlistSerializer(data=request.data))
        entry = actions.apply(user=signed_in(request), **asked)
        return Response(WaitlistSerializer(entry).data, status=201)


class AdmitView(APIView):
    """Staff: let in the next people of the line."""

    permission_classes = (IsStaff,)

    @extend_schema(operation_id="admitNext", request=AdmitSerializer, responses=AdmittedSerializer)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        asked = validated(AdmitSerializer(data=request.data))
        return Response({"admitted": actions.admit_next(asked["count"], staff=signed_in(request))})


class InvitesView(APIView):
    """Staff: make an invite."""

    permission_classes = (IsStaff,)

    @extend_schema(request=InviteSerializer, responses={201: InviteSerializer})
    @raises(InvalidInvite, InviteExists)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        asked = validated(InviteSerializer(data=request.data))
        invite = actions.make_invite(made_by=signed_in(request), **asked)
        return Response(InviteSerializer(invite).data, status=201)


class RedeemView(APIView):
    """Be let in by an invite."""

    @extend_schema(operation_id="redeemInvite", request=RedeemSerializer, responses=MeSerializer)
    @raises(InviteNotFound, InviteUsedUp, AlreadyAdmitted)
    @limited("invite_tries", "network_invite_tries")
    def post(self, request: Request) -> Response:
        asked = validated(RedeemSerializer(data=request.data))
        user = actions.redeem(user=signed_in(request), code=asked["code"])
        return Response(MeSerializer(user).data)
