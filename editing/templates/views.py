"""Routes of the templates (一键成片)."""

from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from creator.permissions import IsAdmitted
from editing.drafts.views import TellsProblems
from editing.engine.templates.fill import Template, templates
from editing.models import Draft
from editing.serializers import TITLE, DraftSerializer
from editing.templates import actions

MOST_CLIPS = 32
NAMED = [OpenApiParameter("name", OpenApiTypes.STR, "path", enum=list(templates()))]


class TemplateSerializer(serializers.Serializer[Any]):
    """A template, told in the reader's language."""

    name = serializers.CharField()
    title = serializers.SerializerMethodField()
    aspect = serializers.CharField()
    slots = serializers.SerializerMethodField(help_text="How many clips it shows, one after the other.")
    seconds = serializers.FloatField(help_text="How long it plays without music.")
    bpm = serializers.FloatField(help_text="Beats a minute, without music.")

    def get_title(self, template: Template) -> str:
        return template.title["zh-Hans" if (get_language() or "").startswith("zh") else "en"]

    def get_slots(self, template: Template) -> int:
        return len(template.slots)


class FillSerializer(serializers.Serializer[Any]):
    """What goes into the slots: clips of one's own, ready or pending, and perhaps a track to cut them on."""

    clips = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MOST_CLIPS,
        help_text="In order; fewer than slots come again, each time with a later part.",
    )
    track = serializers.UUIDField(required=False, allow_null=True, help_text="A ready track.")
    title = serializers.CharField(**TITLE, help_text="Names the draft, and stands over its beginning.")


class TemplatesView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="templates_list", responses=TemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The templates of this installation."""
        return Response(TemplateSerializer(list(templates().values()), many=True).data)


class FillView(TellsProblems):
    permission_classes = [IsAdmitted]

    @extend_schema(parameters=NAMED, request=FillSerializer, responses={201: DraftSerializer})
    def post(self, request: Request, name: str) -> Response:
        """A draft out of a template, from one's own clips, cut on the beats of a track."""
        if name not in templates():
            raise Http404
        asked = FillSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        draft = actions.fill(templates()[name], owner=request.user, **asked.validated_data)
        shown = Draft.objects.visible_to(request.user).reread(draft)
        return Response(DraftSerializer(shown).data, status=201)
