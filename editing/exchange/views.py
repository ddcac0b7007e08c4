"""What a draft is read out as, and read in from: the graph it compiles to, subtitles, a timeline."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from editing.drafts.graph_view import explained
from editing.engine.text.subtitles import FORMATS
from editing.exchange import import_export
from editing.models import Draft
from editing.serializers import (
    DraftSerializer,
    ExplanationSerializer,
    NewTimelineSerializer,
    SubtitlesSerializer,
)

AS = OpenApiParameter("as", OpenApiTypes.STR, enum=list(FORMATS), default="srt")
MEDIA_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt"}


class DraftExchange(viewsets.GenericViewSet[Draft]):
    """Routes of a draft beside those that edit it."""

    @extend_schema(responses=ExplanationSerializer)
    @action(detail=True)
    def explain(self, request: Request, pk: str) -> Response:
        """The one command a render would run, and its graph. Nothing is opened or run."""
        return Response(ExplanationSerializer(explained(self.get_object())).data)

    @extend_schema(
        parameters=[AS], responses={(200, kind): OpenApiTypes.STR for kind in MEDIA_TYPES.values()}
    )
    @action(detail=True)
    def captions(self, request: Request, pk: str) -> HttpResponse:
        """The captions as a subtitle file."""
        kind = "vtt" if request.query_params.get("as") == "vtt" else "srt"
        text = import_export.subtitles(self.get_object(), kind)
        return HttpResponse(
            text,
            content_type=f"{MEDIA_TYPES[kind]}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="captions.{kind}"'},
        )

    @extend_schema(request=SubtitlesSerializer, responses=DraftSerializer)
    @captions.mapping.put
    def set_captions(self, request: Request, pk: str) -> Response:
        """Take the captions from a subtitle file. What lies after the end of the edit is left out."""
        asked = _valid(SubtitlesSerializer(data=request.data))
        return self._shown(import_export.caption(self.get_object(), **asked))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def otio(self, request: Request, pk: str) -> Response:
        """The draft as an OpenTimelineIO timeline, for a desktop editor. Its links are good for an hour."""
        return Response(import_export.as_timeline(self.get_object()))

    @extend_schema(request=NewTimelineSerializer, responses={201: DraftSerializer})
    @action(detail=False, methods=["post"], url_path="otio")
    def open_timeline(self, request: Request) -> Response:
        """A new draft of an OpenTimelineIO timeline, of clips of one's own."""
        asked = _valid(NewTimelineSerializer(data=request.data))
        return self._shown(import_export.open_timeline(owner=request.user, **asked), status=201)

    def _shown(self, draft: Draft, status: int = 200) -> Response:
        shown = Draft.objects.visible_to(self.request.user).reread(draft)
        return Response(self.get_serializer(shown).data, status=status)


def _valid(asked: Any) -> dict[str, Any]:
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
