"""Routes of a draft's history."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from creator.permissions import IsAdmitted
from editing.drafts import history
from editing.models import Draft, Revision
from editing.serializers import (
    DraftSerializer,
    ListedRevisionSerializer,
    NamedSerializer,
    RevisionSerializer,
)

DRAFT = [OpenApiParameter("id", OpenApiTypes.UUID, "path", description="Of the draft.")]
NUMBERED = [*DRAFT, OpenApiParameter("number", OpenApiTypes.INT, "path", description="Of the revision.")]


@extend_schema_view(
    list=extend_schema(parameters=DRAFT, responses=ListedRevisionSerializer(many=True)),
    retrieve=extend_schema(parameters=NUMBERED),
)
class RevisionViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Revision]):
    """Everything that was ever saved of a draft, the newest first."""

    queryset = Revision.objects.none()  # the schema's clue; callers see their own
    lookup_field = "number"
    page_ordering = "-number"

    def get_queryset(self) -> QuerySet[Revision]:
        drafts = Draft.objects.visible_to(self.request.user)
        return history.revisions(get_object_or_404(drafts, pk=self.kwargs["pk"]))

    def get_permissions(self) -> list[Any]:
        return [IsAuthenticated()] if self.action in ("list", "retrieve") else [IsAdmitted()]

    def get_serializer_class(self) -> Any:
        return ListedRevisionSerializer if self.action == "list" else RevisionSerializer

    @extend_schema(parameters=NUMBERED, request=NamedSerializer, responses=RevisionSerializer)
    def partial_update(self, request: Request, pk: str, number: int) -> Response:
        """Name a revision. Nothing else of it ever changes."""
        asked = NamedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        named = history.name(self.get_object(), name=asked.validated_data["name"])
        return Response(RevisionSerializer(named).data)

    @extend_schema(parameters=NUMBERED, request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str, number: int) -> Response:
        """Make the draft what it was then. An undo leads back."""
        draft = history.restore(self.get_object())
        shown = Draft.objects.visible_to(request.user).reread(draft)
        return Response(DraftSerializer(shown).data)
