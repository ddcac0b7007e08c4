"""Routes of drafts and their revisions."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Filters
from api.preconditions import expected_tags
from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.errors import LimitReached
from creator.limits import limited
from creator.permissions import IsAdmitted, IsSignedIn
from editing.drafts import actions
from editing.drafts.graph_view import graph_view
from editing.drafts.serializers import (
    ChangeDraftSerializer,
    DraftSerializer,
    ExplanationSerializer,
    ListedDraftSerializer,
    ListedRevisionSerializer,
    NamedSerializer,
    NewDraftSerializer,
    RevisionSerializer,
)
from editing.engine.document import parse
from editing.errors import DraftChanged, NothingToRedo, NothingToUndo
from editing.models import Draft, Revision
from editing.views import DocumentErrorsView, promised
from jobs.ledger import admission
from library.errors import StorageFull
from library.serializers import ClipSerializer
from moderation import TextBlocked

DRAFT = [OpenApiParameter("id", OpenApiTypes.UUID, "path", description="Of the draft.")]
NUMBERED = [*DRAFT, OpenApiParameter("number", OpenApiTypes.INT, "path", description="Of the revision.")]

ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200], description="Another for each state of the draft."
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that the draft must still have."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="An ETag one has: 304 if it is so."
)


class DraftViewSet(
    DocumentErrorsView,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[Draft],
):
    """Edits in the making, with undo and redo."""

    queryset = Draft.objects.none()  # the schema's clue; callers see their own
    serializer_class = DraftSerializer
    document_field = "document"
    filters = Filters(search="title")

    def get_queryset(self) -> QuerySet[Draft]:
        drafts = Draft.objects.visible_to(signed_in(self.request)).with_history()
        return drafts.listed() if self.action == "list" else drafts

    def get_serializer_class(self) -> Any:
        return ListedDraftSerializer if self.action == "list" else DraftSerializer

    def get_permissions(self) -> list[Any]:
        free = self.action in ("list", "retrieve", "destroy", "explain")
        return [IsSignedIn()] if free else [IsAdmitted()]

    @extend_schema(parameters=[IF_MATCH])
    @raises(DraftChanged)
    @limited("writes")
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete it, with its history."""
        return super().destroy(request, *args, **kwargs)

    def perform_destroy(self, draft: Draft) -> None:
        actions.delete(draft, expected=expected_tags(self.request))

    @extend_schema(parameters=[ETAG, IF_NONE_MATCH], responses=DraftSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A draft at its current revision."""
        draft = self.get_object()
        return Response(DraftSerializer(draft).data, headers={"ETag": draft.etag})

    @extend_schema(request=NewDraftSerializer, responses={201: DraftSerializer})
    @raises(LimitReached, StorageFull)
    @limited("drafts_made")
    def create(self, request: Request) -> Response:
        """A new draft of an edit document."""
        body = _parsed(validated(NewDraftSerializer(data=request.data), answered_with=DraftSerializer))
        return draft_shown(actions.start(owner=signed_in(request), **body), status=201)

    @extend_schema(parameters=[ETAG, IF_MATCH], request=ChangeDraftSerializer, responses=DraftSerializer)
    @raises(StorageFull, DraftChanged)
    @limited("writes")
    def partial_update(self, request: Request, pk: str) -> Response:
        """Save: another document is a new revision, and what was there stays in the history.

        With If-Match, only if the draft is still as it was read; without, whatever it is now."""
        body = validated(ChangeDraftSerializer(data=request.data), answered_with=DraftSerializer)
        return draft_shown(actions.save(self.get_object(), **_parsed(body), expected=expected_tags(request)))

    @extend_schema(parameters=[ETAG, IF_MATCH], request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    @raises(NothingToUndo, DraftChanged)
    @limited("writes")
    def undo(self, request: Request, pk: str) -> Response:
        """Back to the revision before the current one."""
        return draft_shown(actions.undo(self.get_object(), expected=expected_tags(request)))

    @extend_schema(parameters=[ETAG, IF_MATCH], request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    @raises(NothingToRedo, DraftChanged)
    @limited("writes")
    def redo(self, request: Request, pk: str) -> Response:
        """Forth to what was undone last."""
        return draft_shown(actions.redo(self.get_object(), expected=expected_tags(request)))

    @extend_schema(parameters=[IF_MATCH], request=None, responses={202: ClipSerializer})
    @action(detail=True, methods=["post"])
    @raises(ValidationError, TextBlocked, *admission.ERRORS, StorageFull, DraftChanged)
    @limited("edits")
    def render(self, request: Request, pk: str) -> Response:
        """The draft as it is, promised as a clip."""
        return promised(actions.render(self.get_object(), expected=expected_tags(request)), request)

    @extend_schema(parameters=[IF_MATCH], request=None, responses={202: ClipSerializer})
    @action(detail=True, methods=["post"])
    @raises(ValidationError, TextBlocked, *admission.ERRORS, StorageFull, DraftChanged)
    @limited("previews")
    def preview(self, request: Request, pk: str) -> Response:
        """The first seconds of the draft as it is, at most 480 pixels on the short side, kept for a day."""
        return promised(actions.preview(self.get_object(), expected=expected_tags(request)), request)

    @extend_schema(operation_id="explainDraft", responses=ExplanationSerializer)
    @action(detail=True)
    @raises(ValidationError)
    @limited("explains")
    def explain(self, request: Request, pk: str) -> Response:
        """The one command a render would run, and its graph. Nothing is opened or run."""
        return Response(ExplanationSerializer(graph_view(self.get_object())).data)


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
        drafts = Draft.objects.visible_to(signed_in(self.request))
        found = actions.revisions(get_object_or_404(drafts, pk=self.kwargs["pk"]))
        return found.defer("document", "before__document") if self.action == "list" else found

    def get_permissions(self) -> list[Any]:
        return [IsSignedIn()] if self.action in ("list", "retrieve") else [IsAdmitted()]

    def get_serializer_class(self) -> Any:
        return ListedRevisionSerializer if self.action == "list" else RevisionSerializer

    @extend_schema(
        operation_id="nameRevision",
        parameters=NUMBERED,
        request=NamedSerializer,
        responses=RevisionSerializer,
    )
    @raises(LimitReached)
    @limited("writes")
    def partial_update(self, request: Request, pk: str, number: int) -> Response:
        """Name a revision. Nothing else of it ever changes."""
        body = validated(NamedSerializer(data=request.data), answered_with=RevisionSerializer)
        return Response(RevisionSerializer(actions.name(self.get_object(), **body)).data)

    @extend_schema(parameters=[*NUMBERED, ETAG, IF_MATCH], request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    @raises(StorageFull, DraftChanged)
    @limited("writes")
    def restore(self, request: Request, pk: str, number: int) -> Response:
        """Make the draft what it was then. An undo leads back."""
        return draft_shown(actions.restore(self.get_object(), expected=expected_tags(request)))


def draft_shown(draft: Draft, status: int = 200) -> Response:
    """The answer that shows `draft`."""
    latest = Draft.objects.reread(draft)
    return Response(DraftSerializer(latest).data, status=status, headers={"ETag": latest.etag})


def _parsed(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a request with its document, if there is one, as a value. Raises DocumentInvalid."""
    return body | {"document": parse(body["document"])} if "document" in body else body
