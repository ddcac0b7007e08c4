"""Routes that export from a draft and import into one: subtitles, a timeline."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.preconditions import expected_tags
from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.errors import LimitReached
from creator.limits import limited
from creator.permissions import IsAdmitted, IsSignedIn
from editing.drafts.serializers import DraftSerializer
from editing.drafts.views import ETAG, IF_MATCH
from editing.engine.import_errors import Record
from editing.engine.interchange.otio_reader import NoTimeline, TimelineTooLarge
from editing.engine.text.charsets import CharsetUnclear
from editing.engine.text.subtitles import FORMATS, NoSubtitles
from editing.errors import DraftChanged, NotBase64, TextOrFile
from editing.exchange import import_export
from editing.exchange.serializers import (
    ImportedDraftSerializer,
    NewTimelineSerializer,
    SubtitlesSerializer,
)
from editing.models import Draft
from editing.views import DocumentErrorsView
from library import links
from library.errors import StorageFull

AS = OpenApiParameter("as", OpenApiTypes.STR, enum=list(FORMATS), default="srt")
MEDIA_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt"}


class ExchangeViewSet(DocumentErrorsView, viewsets.GenericViewSet[Draft]):
    """A draft's captions and timeline."""

    queryset = Draft.objects.none()  # the schema's clue; callers see their own
    serializer_class = DraftSerializer
    document_field = "document"

    def get_queryset(self) -> QuerySet[Draft]:
        return Draft.objects.visible_to(signed_in(self.request)).with_history()

    def get_permissions(self) -> list[Any]:
        return [IsSignedIn()] if self.action in ("captions", "otio") else [IsAdmitted()]

    @extend_schema(
        operation_id="getDraftCaptions",
        parameters=[AS],
        responses={(200, kind): OpenApiTypes.STR for kind in MEDIA_TYPES.values()},
    )
    @action(detail=True)
    def captions(self, request: Request, pk: str) -> HttpResponse:
        """The captions as a subtitle file."""
        if (kind := request.query_params.get("as", "srt")) not in MEDIA_TYPES:
            sentence = _("Accepted: {choices}.").format(choices=", ".join(MEDIA_TYPES))
            raise ValidationError({"as": [ErrorDetail(sentence, code="invalid_choice")]})
        text = import_export.export_subtitles(self.get_object(), kind)
        return HttpResponse(
            text,
            content_type=f"{MEDIA_TYPES[kind]}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="captions.{kind}"'},
        )

    @extend_schema(
        operation_id="replaceDraftCaptions",
        parameters=[ETAG, IF_MATCH],
        request=SubtitlesSerializer,
        responses=ImportedDraftSerializer,
    )
    @captions.mapping.put
    @raises(NoSubtitles, TextOrFile, NotBase64, CharsetUnclear, StorageFull, DraftChanged)
    @limited("writes")
    def set_captions(self, request: Request, pk: str) -> Response:
        """Take the captions from a subtitle file. What lies after the end of the edit is left out; `dropped`
        says what was."""
        body = validated(SubtitlesSerializer(data=request.data))
        imported = import_export.import_subtitles(self.get_object(), **body, expected=expected_tags(request))
        return _imported(*imported)

    @extend_schema(operation_id="exportDraftTimeline", responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    @raises(ValidationError)
    def otio(self, request: Request, pk: str) -> Response:
        """The draft as an OpenTimelineIO timeline, for a desktop editor. Its links are good for an hour."""
        return Response(import_export.export_timeline(self.get_object(), reader=links.reader_of(request)))

    @extend_schema(
        operation_id="importDraftTimeline",
        request=NewTimelineSerializer,
        responses={201: ImportedDraftSerializer},
    )
    @action(detail=False, methods=["post"], url_path="otio")
    @raises(NoTimeline, TimelineTooLarge, LimitReached, StorageFull)
    @limited("drafts_made")
    def open_timeline(self, request: Request) -> Response:
        """A new draft of an OpenTimelineIO timeline, of clips of one's own. `dropped` says what of it is
        not in the draft."""
        body = validated(NewTimelineSerializer(data=request.data))
        return _imported(*import_export.import_timeline(owner=signed_in(request), **body), status=201)


def _imported(draft: Draft, dropped: list[Record], status: int = 200) -> Response:
    latest = Draft.objects.reread(draft)
    shown = ImportedDraftSerializer(latest, context={"dropped": dropped})
    return Response(shown.data, status=status, headers={"ETag": latest.etag})
