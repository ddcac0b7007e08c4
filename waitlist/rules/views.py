"""Segments and rules over HTTP: staff read them, owners change them."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.limits import limited
from creator.permissions import IsStaff
from creator.roles import Role
from waitlist.errors import SegmentExists, SegmentNotFound
from waitlist.models import Rules, Segment
from waitlist.rules import actions
from waitlist.rules.serializers import RulesSerializer, SegmentSerializer


class SegmentsView(ListModelMixin, GenericAPIView[Segment]):
    """Staff: who is given a head start."""

    permission_classes = (IsStaff,)
    role = Role.OWNER
    serializer_class = SegmentSerializer
    queryset = Segment.objects.all()

    @extend_schema(operation_id="listSegments")
    def get(self, request: Request) -> Response:
        """All segments, the newest first."""
        return self.list(request)

    @extend_schema(
        operation_id="createSegment", request=SegmentSerializer, responses={201: SegmentSerializer}
    )
    @raises(SegmentExists)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        """A segment for those who apply from now on; `manage.py rerank` ranks those who wait."""
        asked = validated(SegmentSerializer(data=request.data))
        segment = actions.make_segment(actor=signed_in(request), **asked)
        return Response(SegmentSerializer(segment).data, status=201)


class SegmentView(APIView):
    """Staff: change a segment, or delete it."""

    permission_classes = (IsStaff,)
    role = Role.OWNER

    @extend_schema(operation_id="updateSegment", request=SegmentSerializer, responses=SegmentSerializer)
    @raises(SegmentNotFound, SegmentExists)
    @limited("staff_acts")
    def patch(self, request: Request, pk: UUID) -> Response:
        """What is left out stays as it is."""
        asked = validated(SegmentSerializer(data=request.data, partial=True))
        return Response(SegmentSerializer(actions.change_segment(pk, actor=signed_in(request), **asked)).data)

    @extend_schema(operation_id="deleteSegment", responses={204: None})
    @raises(SegmentNotFound)
    @limited("staff_acts")
    def delete(self, request: Request, pk: UUID) -> Response:
        """Those who belong to it keep their place until they are ranked anew."""
        actions.delete_segment(pk, actor=signed_in(request))
        return Response(status=204)


class RulesView(APIView):
    """Staff: the numbers by which the line moves."""

    permission_classes = (IsStaff,)
    role = Role.OWNER

    @extend_schema(operation_id="getRules", responses=RulesSerializer)
    def get(self, request: Request) -> Response:
        """The rules in force."""
        return Response(RulesSerializer(Rules.current()).data)

    @extend_schema(operation_id="updateRules", request=RulesSerializer, responses=RulesSerializer)
    @limited("staff_acts")
    def patch(self, request: Request) -> Response:
        """For those who apply from now on; `manage.py rerank` ranks those who wait."""
        asked = validated(RulesSerializer(data=request.data, partial=True))
        return Response(RulesSerializer(actions.change_rules(actor=signed_in(request), **asked)).data)
