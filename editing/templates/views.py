"""Routes of the templates (一键成片)."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.errors import LimitReached
from creator.limits import limited
from creator.permissions import IsAdmitted, IsSignedIn
from editing.drafts.serializers import DraftSerializer
from editing.drafts.views import draft_shown
from editing.engine.templates.fill import templates
from editing.templates import actions
from editing.templates.serializers import FillSerializer, TemplateSerializer
from editing.views import DocumentErrorsView
from library.errors import NotReady, StorageFull, UploadsBusy

NAMED = [OpenApiParameter("name", OpenApiTypes.STR, "path", enum=list(templates()))]


class TemplatesView(APIView):
    permission_classes = [IsSignedIn]

    @extend_schema(responses=TemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The templates of this installation."""
        return Response(TemplateSerializer(list(templates().values()), many=True).data)


class FillView(DocumentErrorsView):
    permission_classes = [IsAdmitted]

    @extend_schema(parameters=NAMED, request=FillSerializer, responses={201: DraftSerializer})
    @raises(NotReady, LimitReached, StorageFull, UploadsBusy)
    @limited("fills", "drafts_made")
    def post(self, request: Request, name: str) -> Response:
        """A draft out of a template, from one's own clips, cut on the beats of a track."""
        if name not in templates():
            raise Http404
        body = validated(FillSerializer(data=request.data))
        return draft_shown(actions.fill(templates()[name], owner=signed_in(request), **body), status=201)
