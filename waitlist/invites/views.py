"""Invites over HTTP."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.accounts.serializers import MeSerializer
from creator.errors import AlreadyAdmitted, InvalidEmail, InvalidPhone
from creator.limits import limited
from creator.permissions import IsStaff
from waitlist.errors import (
    InvalidInvite,
    InviteEndsTooEarly,
    InviteExists,
    InviteExpired,
    InviteForAnother,
    InviteNotBegun,
    InviteNotFound,
    InviteRevoked,
    InviteUsedUp,
)
from waitlist.invites import actions
from waitlist.invites.serializers import InviteCodeSerializer, InviteSerializer
from waitlist.models import Invite


class InvitesView(ListModelMixin, GenericAPIView[Invite]):
    """Staff: make an invite, and see those there are."""

    permission_classes = (IsStaff,)
    serializer_class = InviteSerializer
    queryset: QuerySet[Invite] = Invite.objects.all()

    @extend_schema(operation_id="listInvites")
    def get(self, request: Request) -> Response:
        """All invites, the newest first."""
        return self.list(request)

    @extend_schema(operation_id="createInvite", request=InviteSerializer, responses={201: InviteSerializer})
    @raises(InvalidInvite, InviteExists, InviteEndsTooEarly, InvalidPhone, InvalidEmail)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        """A code that lets in so many people, or only who has an address."""
        asked = validated(InviteSerializer(data=request.data))
        invite = actions.make_invite(made_by=signed_in(request), **asked)
        return Response(InviteSerializer(invite).data, status=201)


class RevokeInviteView(APIView):
    """Staff: take an invite back."""

    permission_classes = (IsStaff,)

    @extend_schema(operation_id="revokeInvite", request=InviteCodeSerializer, responses=InviteSerializer)
    @raises(InviteNotFound)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        """Nobody else is let in by it; who was stays in."""
        asked = validated(InviteCodeSerializer(data=request.data))
        invite = actions.revoke(actor=signed_in(request), code=asked["code"])
        return Response(InviteSerializer(invite).data)


class RedeemView(APIView):
    """Be let in by an invite."""

    @extend_schema(operation_id="redeemInvite", request=InviteCodeSerializer, responses=MeSerializer)
    @raises(
        InviteNotFound,
        InviteRevoked,
        InviteNotBegun,
        InviteExpired,
        InviteForAnother,
        InviteUsedUp,
        AlreadyAdmitted,
    )
    @limited("invite_tries", "network_invite_tries")
    def post(self, request: Request) -> Response:
        asked = validated(InviteCodeSerializer(data=request.data))
        user = actions.redeem(user=signed_in(request), code=asked["code"])
        return Response(MeSerializer(user).data)
