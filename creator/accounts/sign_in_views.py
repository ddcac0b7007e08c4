"""Getting in and out."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from creator.accounts import sign_in
from creator.accounts.addresses import Address, address
from creator.accounts.authentication import bearer_token
from creator.serializers import AddressSerializer, CodeSentSerializer, LoginSerializer, SessionSerializer

SENT = {
    "digits": sign_in.DIGITS,
    "valid_seconds": sign_in.MINUTES * 60,
    "resend_after_seconds": sign_in.RESEND_SECONDS,
}


class CodeView(APIView):
    """Send a sign-in code to a phone or an e-mail address, known or not."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=AddressSerializer, responses={202: CodeSentSerializer})
    def post(self, request: Request) -> Response:
        asked = AddressSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sign_in.request_code(_address(asked.validated_data), ip=BaseThrottle().get_ident(request))
        return Response(SENT, status=202)


class LoginView(APIView):
    """Sign in with a code; an unknown address is signed up by the same step."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=LoginSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        asked = LoginSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user, token = sign_in.sign_in(_address(asked.validated_data), asked.validated_data["code"])
        session = SessionSerializer({"token": token, "user": user})
        return Response(session.data, headers={"Cache-Control": "no-store"})


class LogoutView(APIView):
    """End the session this request came with."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        sign_in.sign_out(bearer_token(request))
        return Response(status=204)


def _address(asked: dict[str, str]) -> Address:
    return address(phone=asked.get("phone", ""), email=asked.get("email", ""))
