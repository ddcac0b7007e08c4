"""Routes of the cutting room."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import errors
from creator.permissions import IsAdmitted
from editing.drafts import actions
from editing.engine.document import parse
from editing.engine.errors import DocumentInvalid, FieldError
from editing.exchange.views import DraftExchange
from editing.models import Draft
from editing.serializers import (
    ChangeDraftSerializer,
    DraftSerializer,
    NewDraftSerializer,
    ReframeSerializer,
    TrimSerializer,
    UpscaleSerializer,
)
from library.models import Clip
from library.serializers import ClipSerializer


class TellsProblems(APIView):
    """Every problem of a document is told as an error of its field, `within` the field the document is in."""

    within = ""

    def handle_exception(self, exc: Exception) -> Response:
        problems = exc.problems if isinstance(exc, DocumentInvalid) else (exc,)
        told = [problem for problem in problems if isinstance(problem, FieldError)]
        return super().handle_exception(self._as_fields(told) if told else exc)

    def _as_fields(self, problems: list[FieldError]) -> exceptions.ValidationError:
        fields: dict[str, list[exceptions.ErrorDetail]] = {}
        for problem in problems:
            path = ".".join(part for part in (self.within, problem.field) if part)
            sentence = errors.render_message(problem.as_dict(), gettext)
            fields.setdefault(path, []).append(exceptions.ErrorDetail(sentence, code=problem.code))
        return exceptions.ValidationError(fields)


class DraftViewSet(
    TellsProblems,
    DraftExchange,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    mixins.DestroyModelMixin,
):
    """Edits in the making, with undo and redo."""

    queryset = Draft.objects.none()  # the schema's clue; callers see their own
    serializer_class = DraftSerializer
    within = "document"

    def get_queryset(self) -> QuerySet[Draft]:
        return Draft.objects.visible_to(self.request.user).with_history()

    def get_permissions(self) -> list[Any]:
        free = self.action in ("list", "retrieve", "destroy", "explain", "captions", "otio")
        return [IsAuthenticated()] if free else [IsAdmitted()]

    @extend_schema(request=NewDraftSerializer, responses={201: DraftSerializer})
    def create(self, request: Request) -> Response:
        asked = _parsed(_valid(NewDraftSerializer(data=request.data)))
        return self._shown(actions.start(owner=request.user, **asked), status=201)

    @extend_schema(request=ChangeDraftSerializer, responses=DraftSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        asked = _valid(ChangeDraftSerializer(data=request.data))
        return self._shown(actions.save(self.get_object(), **_parsed(asked)))

    @extend_schema(request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        return self._shown(actions.undo(self.get_object()))

    @extend_schema(request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: str) -> Response:
        return self._shown(actions.redo(self.get_object()))

    @extend_schema(request=None, responses={202: ClipSerializer})
    @action(detail=True, methods=["post"])
    def render(self, request: Request, pk: str) -> Response:
        return _promised(actions.render(self.get_object()))

    @extend_schema(request=None, responses={202: ClipSerializer})
    @action(detail=True, methods=["post"])
    def preview(self, request: Request, pk: str) -> Response:
        """A quick look: the first seconds of the draft as it is, at most 480 pixels high, kept for a day."""
        return _promised(actions.preview(self.get_object()))


class OneTapView(TellsProblems):
    """One edit of one clip, ready or pending: the answer is a promised clip."""

    permission_classes = [IsAdmitted]
    serializer_class: type[Any]
    edit: Callable[..., Clip]

    def post(self, request: Request, pk: str) -> Response:
        clip = get_object_or_404(Clip.objects.visible_to(request.user), pk=pk)
        asked = _valid(self.serializer_class(data=request.data))
        return _promised(type(self).edit(clip, owner=request.user, **asked))


@extend_schema(request=TrimSerializer, responses={202: ClipSerializer})
class TrimView(OneTapView):
    """Keep the part from `start` to `end`, exact to the frame."""

    serializer_class = TrimSerializer
    edit = staticmethod(actions.trim)


@extend_schema(request=ReframeSerializer, responses={202: ClipSerializer})
class ReframeView(OneTapView):
    """Give the clip another aspect."""

    serializer_class = ReframeSerializer
    edit = staticmethod(actions.reframe)


@extend_schema(request=UpscaleSerializer, responses={202: ClipSerializer})
class UpscaleView(OneTapView):
    """Make the clip larger."""

    serializer_class = UpscaleSerializer
    edit = staticmethod(actions.upscale)


def _valid(asked: Any) -> dict[str, Any]:
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _parsed(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, the edit document in it (if it holds one) as a value. Raises DocumentInvalid."""
    return asked | {"document": parse(asked["document"])} if "document" in asked else asked


def _promised(clip: Clip) -> Response:
    return Response(ClipSerializer(clip).data, status=202)
