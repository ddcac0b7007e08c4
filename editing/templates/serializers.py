"""Templates as they are shown, and what fills them."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from api.chinese import in_script
from api.fields import PlainTextField
from editing.drafts.serializers import TITLE
from editing.engine.templates.fill import Template
from library.media.shapes import ASPECTS

MAX_CLIPS = 32


class TemplateSerializer(serializers.Serializer[Any]):
    """A template, told in the reader's language."""

    name = serializers.CharField()
    title = serializers.SerializerMethodField()
    aspect = serializers.ChoiceField(list(ASPECTS))
    slots = serializers.SerializerMethodField(help_text="How many clips it shows, one after the other.")
    seconds = serializers.FloatField(help_text="How long it plays without music.")
    bpm = serializers.FloatField(help_text="Beats a minute, without music.")

    def get_title(self, template: Template) -> str:
        return in_script(template.title["zh-Hans" if (get_language() or "").startswith("zh") else "en"])

    def get_slots(self, template: Template) -> int:
        return len(template.slots)


class FillSerializer(serializers.Serializer[Any]):
    """What goes into the slots: clips of one's own, ready or pending, and perhaps a track to cut them on."""

    clips = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MAX_CLIPS,
        help_text="In order; fewer than slots come again, each time with a later part.",
    )
    track = serializers.UUIDField(required=False, allow_null=True, help_text="A ready track.")
    title = PlainTextField(**TITLE, help_text="Names the draft, and stands over its beginning.")
