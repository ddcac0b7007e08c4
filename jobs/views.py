"""A job over REST: read it, cancel it, try it again, read its events."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.filters import Filters
from api.raises import raises
from api.requests import validated_query
from creator.errors import LimitReached
from creator.limits import limited
from creator.permissions import IsAdmitted
from jobs.errors import AlreadyFinished, InputsCancelled, InputsNotDone, NotFailed, PositionUnknown
from jobs.ledger import actions, admission
from jobs.ledger.states import State
from jobs.models import Job
from jobs.realtime.events import JobEvents
from jobs.realtime.sse import REFUSED_STREAM
from jobs.serializers import AfterSerializer, EventPageSerializer, JobSerializer
from jobs.worker import handlers

LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID", str, OpenApiParameter.HEADER, description="Of a stream: goes before `after`."
)
TICKET = OpenApiParameter(
    "ticket", str, description="Of a stream, where no header can be sent: from POST auth/ticket."
)
LANGUAGE = OpenApiParameter(
    "lang", str, description="Of a stream, where no Accept-Language can be sent: `zh-Hans`, say."
)


def visible_jobs(request: Request) -> QuerySet[Job]:
    return Job.objects.visible_to(request.user)


class JobsView(generics.ListAPIView[Job]):
    """What is being made for one, and what was, newest first."""

    queryset = Job.objects.none()  # the schema's clue; callers see their own
    serializer_class = JobSerializer
    filters = Filters({"state": [state.value for state in State]})

    def get_queryset(self) -> QuerySet[Job]:
        return visible_jobs(self.request)


class JobView(generics.RetrieveAPIView[Job]):
    """One job: its state, place in the queue, progress and error."""

    queryset = Job.objects.none()  # the schema's clue; callers see their own
    serializer_class = JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return visible_jobs(self.request)


class CancelView(APIView):
    @extend_schema(request=None, responses=JobSerializer)
    @raises(AlreadyFinished)
    @limited("writes")
    def post(self, request: Request, pk: UUID) -> Response:
        """Cancel a job: at once if it has not begun, else within a step. Asking twice is fine."""
        job = actions.cancel(get_object_or_404(visible_jobs(request), pk=pk))
        return Response(JobSerializer(job).data)


class RetryView(APIView):
    permission_classes = (IsAdmitted,)

    @extend_schema(request=None, responses={202: JobSerializer})
    @raises(NotFailed, InputsNotDone, InputsCancelled, *admission.ERRORS, handlers.errors_of_retried)
    @limited("retries")
    def post(self, request: Request, pk: UUID) -> Response:
        """Try a failed job again; credits that came back are held again. Asking twice is fine."""
        job = actions.retry(get_object_or_404(visible_jobs(request), pk=pk))
        return Response(JobSerializer(job).data, status=202)


class EventsView(APIView):
    @extend_schema(
        operation_id="streamJobEvents",
        parameters=[AfterSerializer, LAST_EVENT_ID, TICKET, LANGUAGE],
        responses={
            (200, "application/json"): EventPageSerializer,
            (200, "text/event-stream"): OpenApiTypes.STR,
            204: OpenApiResponse(description="The stream was read to its end: do not ask again."),
        },
    )
    @raises(ValidationError, LimitReached, PositionUnknown)
    def get(self, request: Request, pk: UUID) -> Response:
        """The events after number `after`, at most 200; as a live stream for `Accept: text/event-stream`.

        There, `data` is an event, too. Pass over kinds you do not know.

        A stream ends with a last event `closed` once its token was revoked or its account closed.
        """
        if refused := getattr(request._request, "scope", {}).get(REFUSED_STREAM):
            raise refused
        after = validated_query(AfterSerializer(data=request.query_params))["after"]
        job = get_object_or_404(visible_jobs(request), pk=pk)
        events = JobEvents(job.pk, translation.get_language() or "en")
        events.require_position(str(after))
        page = events.read(str(after))
        body: dict[str, Any] = {"events": page.events, "after": int(page.after), "ended": page.ended}
        return Response(EventPageSerializer(body).data)
