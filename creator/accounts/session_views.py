"""Where one is signed in: listed, ended, renewed; and tickets for streams."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from creator.accounts import sessions, tickets
from creator.accounts.authentication import bearer_token, signed_in
from creator.accounts.serializers import (
    KeySerializer,
    NewKeySerializer,
    NewTokenSerializer,
    OpenSessionSerializer,
    TicketSerializer,
)
from creator.accounts.views import NO_STORE, by_session
from creator.errors import SessionNeeded, TokenReplaced
from creator.limits import limited
from creator.models import Token
from creator.scopes import Scope

SHOWN_ONCE = {"Cache-Control": "no-store"}


class SessionsView(generics.ListAPIView[Token]):
    """The devices on which whoever asks is signed in."""

    scope = Scope.ACCOUNT
    queryset = Token.objects.none()
    serializer_class = OpenSessionSerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).sessions().alive()

    @extend_schema(operation_id="signOutEverywhere", responses={204: None})
    @limited("endings")
    def delete(self, request: Request) -> Response:
        """Sign out everywhere, here too. API keys stay: delete those one by one."""
        sessions.end_all(signed_in(request))
        return Response(status=204)


class SessionView(mixins.DestroyModelMixin, generics.GenericAPIView[Token]):
    """Sign one device out, with the streams it has open."""

    queryset = Token.objects.none()
    serializer_class = OpenSessionSerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).sessions()

    @limited("endings")
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)


class RotateView(APIView):
    """A new secret for the session or key that asks."""

    @extend_schema(
        operation_id="rotateToken", request=None, parameters=[NO_STORE], responses={200: NewTokenSerializer}
    )
    @raises(SessionNeeded, TokenReplaced)
    @limited("endings")
    def post(self, request: Request) -> Response:
        """Renew the token this request came with: the old one ends at once, and its streams with it."""
        token = bearer_token(request)
        if token is None:
            raise SessionNeeded()
        return Response({"token": sessions.rotate(token)}, headers=SHOWN_ONCE)


class RotateKeyView(generics.GenericAPIView[Token]):
    """A new secret for an API key of one's own."""

    queryset = Token.objects.none()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).keys()

    @extend_schema(request=None, parameters=[NO_STORE], responses={200: NewKeySerializer})
    @raises(SessionNeeded, TokenReplaced)
    @limited("endings")
    def post(self, request: Request, pk: Any) -> Response:
        """Renew a key: the old one ends at once, and its streams with it. The answer alone shows the new."""
        by_session(request)
        key = self.get_object()
        secret = sessions.rotate(key)
        key.refresh_from_db()
        return Response({**KeySerializer(key).data, "key": secret}, headers=SHOWN_ONCE)


class TicketView(APIView):
    """For what opens a stream and can send no header: EventSource, or a WebSocket without subprotocols."""

    scope = Scope.READ

    @extend_schema(
        operation_id="requestTicket", request=None, parameters=[NO_STORE], responses={201: TicketSerializer}
    )
    @raises(SessionNeeded)
    @limited("tickets")
    def post(self, request: Request) -> Response:
        """A ticket that opens one stream with `?ticket=`, once and within half a minute."""
        token = bearer_token(request)
        if token is None:
            raise SessionNeeded()
        shown = {"ticket": tickets.issue(token), "valid_seconds": tickets.SECONDS}
        return Response(shown, status=201, headers=SHOWN_ONCE)
