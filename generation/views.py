"""Generation over HTTP."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.filters import Filters
from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.errors import ClientLeft, NotEnoughCredits, TooMuchWork
from creator.limits import limited
from creator.permissions import IsAdmitted, IsSignedIn
from errors import render_message
from generation import actions, catalogue
from generation.errors import (
    ModelNotFound,
    NothingToCancel,
    PictureGone,
    PromptBlocked,
    StillNotFound,
    TooLongTogether,
    TooMuchText,
)
from generation.models import Generation
from generation.runner.errors import (
    CannotExtend,
    FamilyNotFound,
    KeyframeOutside,
    KeyframesTogether,
    ModelBroken,
    ModelFolderNotFound,
    NeedsFirstFrame,
    NoFirstFrame,
    NoKeyframes,
    NoLastFrame,
    NoNegativePrompt,
    PromptEmpty,
    ScenesOutOfOrder,
    StepsOutOfRange,
)
from generation.runner.model_spec import PRO, ModelSpec
from generation.runner.spec import LONGEST
from generation.serializers import (
    ExtendSerializer,
    GenerationSerializer,
    ModelSerializer,
    QuoteSerializer,
    RequestSerializer,
    RerunSerializer,
)
from jobs.errors import AlreadyFinished
from jobs.ledger import admission
from library.errors import SourceCancelled, SourceFailed, SourceGone, StorageFull
from library.media.shapes import ASPECTS
from library.states import State

SHOWN = (
    "family", "version", "status", "steps", "pro_steps", "least_steps", "guidance", "camera",
)  # fmt: skip
# what is said of a model whose folder cannot be read
UNKNOWN: dict[str, Any] = dict.fromkeys((*SHOWN, "max_seconds", "seconds_at_once", "native"))
UNKNOWN |= {"languages": [], "can": [], "aspects": []}
NATIVE = ("sizes", "fps", "max_frames", "frame_rule", "max_conditioning_frames")
MAKING = {"create", "extend", "rerun"}
MODEL = (ModelNotFound, ModelFolderNotFound, FamilyNotFound, ModelBroken)
TOO_MUCH = (TooMuchText, TooMuchWork, ClientLeft)
REFUSED = (*MODEL, *TOO_MUCH, PromptBlocked, PromptEmpty, CannotExtend, NoNegativePrompt, StepsOutOfRange)
PICTURES = (
    NeedsFirstFrame,
    NoFirstFrame,
    NoLastFrame,
    NoKeyframes,
    KeyframeOutside,
    KeyframesTogether,
    StillNotFound,
)


class ModelsView(APIView):
    @extend_schema(responses=ModelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The models of this installation, and what each can do, or why it cannot be asked for now.

        Their folders are read anew each time."""
        return Response(ModelSerializer([_shown(each) for each in catalogue.listed()], many=True).data)


class GenerationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[Any]
):
    """Prompts on their way to clips. What makes something answers at once, with a pending clip."""

    queryset = Generation.objects.none()  # the schema's clue; callers see their own
    serializer_class = GenerationSerializer
    filters = Filters({"state": State.values}, search="spec__prompt", columns={"state": "clip__state"})

    def get_queryset(self) -> QuerySet[Generation]:
        return Generation.objects.visible_to(self.request.user).in_full()

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmitted()] if self.action in MAKING else [IsSignedIn()]

    destroy = limited("writes")(mixins.DestroyModelMixin.destroy)

    @extend_schema(request=RequestSerializer, responses={202: GenerationSerializer})
    @raises(
        *REFUSED,
        *PICTURES,
        PictureGone,
        ScenesOutOfOrder,
        NotEnoughCredits,
        *admission.ERRORS,
        StorageFull,
    )
    @limited("generations")
    def create(self, request: Request) -> Response:
        """Ask for a clip: holds the credits and answers with the promise of it."""
        return self._promised(actions.request(owner=signed_in(request), **self._asked(RequestSerializer)))

    @extend_schema(operation_id="quoteGeneration", request=RequestSerializer, responses=QuoteSerializer)
    @raises(*REFUSED, *PICTURES, ScenesOutOfOrder)
    @action(detail=False, methods=["post"])
    @limited("quotes")
    def quote(self, request: Request) -> Response:
        """What it would cost, or the refusal it would meet."""
        quoted = actions.quote(owner=signed_in(request), **self._asked(RequestSerializer))
        return Response(QuoteSerializer(quoted).data)

    @extend_schema(request=None, responses=GenerationSerializer)
    @raises(NothingToCancel, AlreadyFinished)
    @action(detail=True, methods=["post"])
    @limited("writes")
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop making it: at once if it is queued, within one step if it runs.

        The steps that were made are charged; the other credits come back."""
        return Response(self.get_serializer(actions.cancel(self.get_object())).data)

    @extend_schema(request=ExtendSerializer, responses={202: GenerationSerializer})
    @raises(
        *REFUSED,
        TooLongTogether,
        SourceGone,
        SourceFailed,
        SourceCancelled,
        NotEnoughCredits,
        *admission.ERRORS,
        StorageFull,
    )
    @action(detail=True, methods=["post"])
    @limited("generations")
    def extend(self, request: Request, pk: str) -> Response:
        """A longer clip that begins with this one; it may still be pending."""
        return self._promised(actions.extend(self.get_object(), **self._asked(ExtendSerializer)))

    @extend_schema(request=RerunSerializer, responses={202: GenerationSerializer})
    @raises(
        *REFUSED,
        *PICTURES,
        PictureGone,
        SourceGone,
        SourceFailed,
        SourceCancelled,
        NotEnoughCredits,
        *admission.ERRORS,
        StorageFull,
    )
    @action(detail=True, methods=["post"])
    @limited("generations")
    def rerun(self, request: Request, pk: str) -> Response:
        """The same again with another seed, or with the one given."""
        return self._promised(actions.rerun(self.get_object(), **self._asked(RerunSerializer)))

    def perform_destroy(self, instance: Generation) -> None:
        actions.delete(instance)

    def _asked(self, form: type[Any]) -> dict[str, Any]:
        return validated(form(data=self.request.data), answered_with=GenerationSerializer)

    def _promised(self, generation: Generation) -> Response:
        return Response(self.get_serializer(generation).data, status.HTTP_202_ACCEPTED)


def _shown(listed: catalogue.Listed) -> dict[str, Any]:
    shown = {
        "name": listed.name,
        "default": listed.name == settings.DEFAULT_MODEL,
        "available": listed.model is not None,
        "reason": listed.problem and render_message(listed.problem.as_dict(), gettext),
    }
    return shown | (_abilities(listed.model) if listed.model else UNKNOWN)


def _abilities(model: ModelSpec) -> dict[str, Any]:
    same = {name: getattr(model, name) for name in SHOWN}
    native = {name: getattr(model, name) for name in NATIVE}
    chains = bool(model.max_conditioning_frames)
    return same | {
        "languages": model.languages,
        "can": sorted(model.can),
        "aspects": list(ASPECTS),
        "max_seconds": LONGEST if chains else model.most_seconds_at_once,
        "seconds_at_once": model.most_seconds_at_once,
        "native": native | {"pro_sizes": model.at(PRO).sizes},
    }
