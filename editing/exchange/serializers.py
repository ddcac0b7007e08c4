"""Subtitles and timelines, as they are sent in."""

from typing import Any

from rest_framework import serializers

from api.fields import PlainTextField
from editing.drafts.serializers import TITLE
from editing.engine.document import STYLES


class SubtitlesSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=1_000_000, help_text="An SRT or WebVTT file.")
    style = serializers.ChoiceField(choices=list(STYLES), default="subtitle")  # type: ignore[assignment]  # Field's own


class NewTimelineSerializer(serializers.Serializer[Any]):
    title = PlainTextField(**TITLE)
    timeline = serializers.DictField(help_text="An OpenTimelineIO timeline, as its JSON.")
