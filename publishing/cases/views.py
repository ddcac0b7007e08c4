"""Takedowns and cases over HTTP, for staff alone."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.limits import limited
from creator.permissions import IsStaff
from publishing.cases import actions
from publishing.cases.serializers import (
    CaseSerializer,
    NewCaseSerializer,
    ReinstateSerializer,
    ReviewSerializer,
    TakedownSerializer,
)
from publishing.errors import CaseSubjectNotFound, InvalidCase, OwnPost
from publishing.models import ModerationCase, Post
from publishing.posts.serializers import PostSerializer
from publishing.posts.views import post_shown


class TakedownView(APIView):
    permission_classes = (IsStaff,)

    @extend_schema(operation_id="takePostDown", request=TakedownSerializer, responses=PostSerializer)
    @limited("staff_acts")
    def post(self, request: Request, pk: Any) -> Response:
        """Staff: take a post out of everything at once. Its author is told why; only staff undo it."""
        asked = validated(TakedownSerializer(data=request.data))
        post = get_object_or_404(Post.objects.reviewable_by(signed_in(request)), pk=pk)
        actions.take_down(post, staff=signed_in(request), **asked)
        return Response(post_shown(post, request))


class ReinstateView(APIView):
    permission_classes = (IsStaff,)

    @extend_schema(operation_id="reinstatePost", request=ReinstateSerializer, responses=PostSerializer)
    @raises(OwnPost)
    @limited("staff_acts")
    def post(self, request: Request, pk: Any) -> Response:
        """Staff: put a post back as it was before it was taken down."""
        asked = validated(ReinstateSerializer(data=request.data))
        post = get_object_or_404(Post.objects.restorable_by(signed_in(request)), pk=pk)
        actions.reinstate(post, staff=signed_in(request), **asked)
        return Response(post_shown(post, request))


class CasesView(APIView):
    permission_classes = (IsStaff,)

    @extend_schema(
        operation_id="createModerationCase", request=NewCaseSerializer, responses={201: CaseSerializer}
    )
    @raises(InvalidCase, CaseSubjectNotFound)
    @limited("staff_acts")
    def post(self, request: Request) -> Response:
        """Staff: open a case about one post or one person, whoever may see it otherwise; it is audited."""
        asked = validated(NewCaseSerializer(data=request.data))
        case = actions.open_case(staff=signed_in(request), **asked)
        return Response(CaseSerializer(case).data, status=201)


class CaseView(APIView):
    permission_classes = (IsStaff,)

    @extend_schema(operation_id="getModerationCase", responses=ReviewSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """Staff: look at what a case is about. Every look is written to the audit."""
        case = get_object_or_404(ModerationCase.objects.select_related("post__owner", "person"), pk=pk)
        return Response(ReviewSerializer(actions.look(case, staff=signed_in(request))).data)
