"""The library over HTTP."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.filters import Filters
from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.limits import limited
from creator.models import OwnedQuerySet
from creator.permissions import IsAdmitted
from jobs.ledger import admission
from library import actions
from library.errors import FileTooLarge, NoFile, StorageFull, UploadsBusy
from library.media import ingest
from library.models import Clip, Owned, Still, Track
from library.serializers import (
    ClipSerializer,
    StillSerializer,
    TrackSerializer,
    UploadedSerializer,
    UploadSerializer,
)
from library.states import Origin, State
from library.upload import preflight, receive

LISTED = [origin for origin in Origin.values if origin != Origin.PREVIEW]


class OwnedViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[Any]
):
    """What one owns: listed newest first, looked at, deleted."""

    queryset: OwnedQuerySet[Any]

    destroy = limited("writes")(mixins.DestroyModelMixin.destroy)

    def get_queryset(self) -> QuerySet[Any]:
        return self.queryset.visible_to(self.request.user)

    def perform_destroy(self, instance: Owned) -> None:
        actions.delete(instance)


class ClipViewSet(OwnedViewSet):
    """Videos, and promises of videos. Deleting a pending one cancels the job that makes it."""

    queryset = Clip.objects.select_related("job").prefetch_related("edges")
    serializer_class = ClipSerializer
    filters = Filters({"state": State.values, "origin": LISTED}, search="title")

    def get_queryset(self) -> QuerySet[Any]:
        seen = super().get_queryset()
        return seen.exclude(origin=Origin.PREVIEW) if self.action == "list" else seen


class StillViewSet(OwnedViewSet):
    """Pictures that were uploaded."""

    queryset = Still.objects.all()
    serializer_class = StillSerializer
    filters = Filters(search="title")


class TrackViewSet(OwnedViewSet):
    """Sounds that were uploaded, and promises of them while they are encoded."""

    queryset = Track.objects.select_related("job")
    serializer_class = TrackSerializer
    filters = Filters({"state": State.values}, search="title")


class UploadView(APIView):
    permission_classes = (IsAdmitted,)
    parser_classes = (MultiPartParser,)
    before_body = staticmethod(preflight.before_body)

    @extend_schema(operation_id="uploadFile", request=UploadSerializer, responses={202: UploadedSerializer})
    @raises(NoFile, FileTooLarge, UploadsBusy, *ingest.INSPECTION_ERRORS, *admission.ERRORS, StorageFull)
    @limited("uploads")
    def post(self, request: Request) -> Response:
        """Hand in one file. A picture is ready at once; a video or sound is encoded anew by a job."""
        thing = receive.receive(owner=signed_in(request), **_form(request))
        kind = type(thing).__name__.lower()
        answer = {"kind": kind, "clip": None, "still": None, "track": None} | {kind: thing}
        shown = UploadedSerializer(answer, context={"request": request})
        return Response(shown.data, status.HTTP_202_ACCEPTED)


def _form(request: Request) -> dict[str, Any]:
    data = request.data  # read before asking whether it was too large: reading finds out
    if getattr(request, "upload_too_large", False):
        raise FileTooLarge(field="file", most=settings.UPLOAD_MAX_BYTES >> 20)
    if "file" not in request.FILES:
        raise NoFile(field="file", wanted="file")
    return validated(UploadSerializer(data=data))
