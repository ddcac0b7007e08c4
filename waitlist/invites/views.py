"""Invites over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.accounts.serializers import MeSerializer
from creator.errors import AlreadyAdmitted
from creator.limits import limited
from creator.permissions import IsStaff
from waitlist.errors import InvalidInvite, InviteExists, InviteNotFound, InviteUsedUp
from waitlist.invites import actions
from waitlist.invites.serializers import InviteSerializer, RedeemSerializer


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
