"""A person's own account, credits and keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from creator.accounts import actions
from creator.accounts.authentication import bearer_token, signed_in
from creator.accounts.keys import make_key
from creator.credits import ledger
from creator.errors import SessionNeeded
from creator.models import Token, Transfer
from creator.serializers import (
    CreditsSerializer,
    KeySerializer,
    MeSerializer,
    NewKeySerializer,
    ReceiptSerializer,
)

PAGED = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


def by_session(request: Request) -> None:
    """A leaked key must not outlive itself: it makes no other keys and ends no account."""
    token = bearer_token(request)
    if token and token.kind == Token.Kind.KEY:
        raise SessionNeeded()


class MeView(APIView):
    """Read, change or delete the account of whoever is signed in."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(signed_in(request)).data)

    @extend_schema(request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        asked = MeSerializer(signed_in(request), data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(MeSerializer(actions.rename(signed_in(request), **asked.validated_data)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        by_session(request)
        actions.leave(signed_in(request))
        return Response(status=204)


class CreditsView(generics.GenericAPIView[Transfer]):
    """What can be spent, and the receipts of every movement, newest first."""

    queryset = Transfer.objects.none()
    serializer_class = ReceiptSerializer

    def get_queryset(self) -> QuerySet[Transfer]:
        return Transfer.objects.visible_to(self.request.user)

    @extend_schema(parameters=PAGED, responses=CreditsSerializer)
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        receipts = self.get_paginated_response(self.get_serializer(page, many=True).data)
        now = ledger.balance(signed_in(request))
        return Response({"balance": now.available, "held": now.held, "receipts": receipts.data})


class KeysView(generics.ListAPIView[Token]):
    """The API keys of whoever is signed in."""

    queryset = Token.objects.none()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).keys()

    @extend_schema(request=KeySerializer, responses={201: NewKeySerializer})
    def post(self, request: Request) -> Response:
        by_session(request)
        asked = KeySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        token, secret = make_key(owner=signed_in(request), **asked.validated_data)
        made: dict[str, Any] = {**KeySerializer(token).data, "key": secret}
        return Response(made, status=201, headers={"Cache-Control": "no-store"})


class KeyView(mixins.DestroyModelMixin, generics.GenericAPIView[Token]):
    """Revoke an API key; it stops working at once."""

    queryset = Token.objects.none()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).keys()

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)
