"""The waiting line over HTTP, for those who wait."""

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.errors import AlreadyAdmitted
from creator.limits import limited
from waitlist.errors import InvalidReferral, NotInLine
from waitlist.line import actions
from waitlist.line.serializers import WaitlistSerializer


class WaitlistView(APIView):
    """Apply, see one's place in the line, leave it."""

    @extend_schema(operation_id="getWaitlistPlace", responses=WaitlistSerializer)
    @raises(NotInLine)
    def get(self, request: Request) -> Response:
        """One's place in the line; 1 is next."""
        return Response(WaitlistSerializer(actions.entry_for(signed_in(request))).data)

    @extend_schema(
        operation_id="joinWaitlist", request=WaitlistSerializer, responses={201: WaitlistSerializer}
    )
    @raises(AlreadyAdmitted, InvalidReferral)
    @limited("applications")
    def post(self, request: Request) -> Response:
        """Apply. Applying twice changes nothing."""
        asked = {"locale": get_language() or ""} | validated(WaitlistSerializer(data=request.data))
        entry = actions.apply(user=signed_in(request), **asked)
        return Response(WaitlistSerializer(entry).data, status=201)

    @extend_schema(operation_id="leaveWaitlist", responses={204: None})
    @raises(NotInLine)
    @limited("applications")
    def delete(self, request: Request) -> Response:
        """Leave the line. Whoever applies again later begins at its end."""
        actions.leave(signed_in(request))
        return Response(status=204)
