"""Letting in over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.limits import limited
from creator.permissions import IsStaff
from waitlist.admission import actions
from waitlist.admission.serializers import AdmitSerializer, AdmittedSerializer


class AdmitView(APIView):
    """Staff: let in the next people of the line."""

    permission_classes = (IsStaff,)

    @extend_schema(operation_id="admitNext", request=AdmitSerializer, responses=AdmittedSerializer)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        asked = validated(AdmitSerializer(data=request.data))
        return Response({"admitted": actions.admit_next(asked["count"], staff=signed_in(request))})
