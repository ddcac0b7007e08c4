"""Routes of one-tap edits."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.raises import raises
from api.requests import validated
from creator.accounts.authentication import signed_in
from creator.limits import limited
from creator.permissions import IsAdmitted
from editing.one_tap import actions
from editing.one_tap.serializers import ReframeSerializer, TrimSerializer, UpscaleSerializer
from editing.views import DocumentErrorsView, promised
from jobs.ledger import admission
from library.errors import StorageFull
from library.models import Clip
from library.serializers import ClipSerializer


class OneTapView(DocumentErrorsView):
    """One edit of one clip, ready or pending: the answer is a promised clip."""

    permission_classes = [IsAdmitted]
    serializer_class: type[Any]
    edit: Callable[..., Clip]

    @raises(*admission.ERRORS, StorageFull)
    @limited("edits")
    def post(self, request: Request, pk: str) -> Response:
        owner = signed_in(request)
        clip = get_object_or_404(Clip.objects.visible_to(owner), pk=pk)
        body = validated(self.serializer_class(data=request.data))
        return promised(type(self).edit(clip, owner=owner, **body), request)


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
