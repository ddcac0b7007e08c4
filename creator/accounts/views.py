"""Signing in and out, one's own account and keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, mixins
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.client_address import client_network
from api.raises import raises
from api.requests import validated
from creator.accounts import actions, codes, sign_in
from creator.accounts.addresses import Address, address
from creator.accounts.authentication import bearer_token, signed_in
from creator.accounts.codes import Asker
from creator.accounts.device_names import device_name
from creator.accounts.devices import limited_by_device
from creator.accounts.serializers import (
    AddressSerializer,
    CodeSentSerializer,
    KeySerializer,
    LoginSerializer,
    MeSerializer,
    NewKeySerializer,
    SessionSerializer,
)
from creator.errors import (
    AccountClosed,
    CodeNotSent,
    CodeUnsendable,
    HandleTaken,
    InvalidAddress,
    InvalidEmail,
    InvalidPhone,
    LimitReached,
    NameReserved,
    ScopeBeyondOwner,
    SessionNeeded,
    WrongCode,
)
from creator.limits import limited
from creator.models import Token
from creator.scopes import Scope
from moderation import TextBlocked

SENT = {
    "digits": codes.DIGITS,
    "valid_seconds": codes.MINUTES * 60,
    "resend_after_seconds": sign_in.RESEND_SECONDS,
}

# a response header: what is in the answer is shown once, and kept nowhere
NO_STORE = OpenApiParameter("Cache-Control", str, OpenApiParameter.HEADER, enum=["no-store"], response=True)


class CodeView(APIView):
    """Send a sign-in code to a phone or an e-mail address, known or not."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="requestSignInCode", request=AddressSerializer, responses={202: CodeSentSerializer}
    )
    @raises(InvalidAddress, InvalidEmail, InvalidPhone, CodeUnsendable, CodeNotSent)
    @limited_by_device(known="device_codes", others="network_codes")
    def post(self, request: Request) -> Response:
        asked = validated(AddressSerializer(data=request.data))
        request_id = sign_in.request_code(_address(asked), asker=_asker(request))
        return Response({"request_id": str(request_id), **SENT}, status=202)


class LoginView(APIView):
    """Sign in with a code; an unknown address is signed up by the same step."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="signIn",
        parameters=[NO_STORE],
        request=LoginSerializer,
        responses={200: SessionSerializer},
    )
    @raises(InvalidAddress, InvalidEmail, InvalidPhone, WrongCode, AccountClosed)
    @limited_by_device(known="device_sign_ins", others="sign_ins")
    def post(self, request: Request) -> Response:
        asked = validated(LoginSerializer(data=request.data))
        signed = sign_in.sign_in(
            _address(asked),
            asked["code"],
            request_id=asked.get("request_id"),
            asker=_asker(request),
            device_token=asked.get("device_token", ""),
            device_name=device_name(request.headers.get("User-Agent", "")),
        )
        session = SessionSerializer(signed._asdict())
        return Response(session.data, headers={"Cache-Control": "no-store"})


class LogoutView(APIView):
    """End the session this request came with."""

    @extend_schema(operation_id="signOut", request=None, responses={204: None})
    @raises(SessionNeeded)
    @limited("endings")
    def post(self, request: Request) -> Response:
        """End the session this request came with. A key is no session: DELETE keys/{id} ends one."""
        by_session(request)
        sign_in.sign_out(bearer_token(request))
        return Response(status=204)


def by_session(request: Request) -> None:
    """A leaked key must not outlive itself: it makes no other keys and ends no account."""
    token = bearer_token(request)
    if token and token.kind == Token.Kind.KEY:
        raise SessionNeeded()


class MeView(APIView):
    """Read, change or delete the account of whoever is signed in."""

    @extend_schema(operation_id="getAccount", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Whoever is signed in."""
        return Response(MeSerializer(signed_in(request)).data)

    @extend_schema(operation_id="updateAccount", request=MeSerializer, responses=MeSerializer)
    @raises(HandleTaken, NameReserved, TextBlocked)
    @limited("writes")
    def patch(self, request: Request) -> Response:
        """Change one's handle or display name."""
        asked = validated(MeSerializer(signed_in(request), data=request.data, partial=True))
        renamed = actions.rename(signed_in(request), **asked)
        return Response(MeSerializer(renamed).data)

    @extend_schema(operation_id="deleteAccount", responses={204: None})
    @raises(SessionNeeded)
    @limited("endings")
    def delete(self, request: Request) -> Response:
        """Delete the account, with everything its owner made.

        One thing stays for two years: a keyed digest of the address, so that welcome credits are given once.
        """
        by_session(request)
        actions.delete_account(signed_in(request))
        return Response(status=204)


class KeysView(generics.ListAPIView[Token]):
    """The API keys of whoever is signed in."""

    scope = Scope.ACCOUNT
    queryset = Token.objects.none()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).keys()

    @extend_schema(parameters=[NO_STORE], request=KeySerializer, responses={201: NewKeySerializer})
    @raises(SessionNeeded, LimitReached, ScopeBeyondOwner)
    @limited("keys_made")
    def post(self, request: Request) -> Response:
        """Make an API key. The answer is the only place where it is shown."""
        by_session(request)
        asked = validated(KeySerializer(data=request.data))
        token, secret = actions.make_key(owner=signed_in(request), **asked)
        made: dict[str, Any] = {**KeySerializer(token).data, "key": secret}
        return Response(made, status=201, headers={"Cache-Control": "no-store"})


class KeyView(mixins.DestroyModelMixin, generics.GenericAPIView[Token]):
    """Revoke an API key; it stops working at once."""

    queryset = Token.objects.none()
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.visible_to(self.request.user).keys()

    @limited("endings")
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)


def _asker(request: Request) -> Asker:
    return Asker(client_network(request.META), getattr(request, "device", None))


def _address(asked: dict[str, str]) -> Address:
    return address(phone=asked.get("phone", ""), email=asked.get("email", ""))
