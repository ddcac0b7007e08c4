"""Subtitles and timelines, as they are sent in, and the draft with what of them is not in it."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

import errors
from api.fields import PlainTextField
from editing.drafts.serializers import TITLE, DraftSerializer
from editing.engine.document import STYLES
from editing.engine.text.charsets import ACCEPTED, text_of
from editing.errors import NotBase64, TextOrFile
from editing.models import Draft

MOST_CHARACTERS = 1_000_000


@extend_schema_field(OpenApiTypes.BYTE)
class Base64Field(serializers.CharField):
    """A file's bytes, as base64 (RFC 4648)."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except binascii.Error:
            raise NotBase64(field=self.field_name) from None


class SubtitlesSerializer(serializers.Serializer[Any]):
    """Either `text` or `file`."""

    text = serializers.CharField(
        max_length=MOST_CHARACTERS,
        required=False,
        help_text="A subtitle file: SRT or WebVTT, or SBV, LRC, ASS, SSA, TTML, MPL2, MicroDVD.",
    )
    file = Base64Field(
        max_length=MOST_CHARACTERS * 4 // 3, required=False, help_text="The same as base64, in any charset."
    )
    charset = serializers.ChoiceField(
        choices=list(ACCEPTED), required=False, help_text="That of `file`; without it, it is found out."
    )
    style = serializers.ChoiceField(choices=list(STYLES), default="subtitle")  # type: ignore[assignment]  # Field's own

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With the text of a file for the file. Raises TextOrFile, CharsetUnclear."""
        if ("text" in attrs) == ("file" in attrs):
            raise TextOrFile(field="text")
        data, charset = attrs.pop("file", None), attrs.pop("charset", None)
        return attrs if data is None else attrs | {"text": text_of(data, charset)}


class NewTimelineSerializer(serializers.Serializer[Any]):
    title = PlainTextField(**TITLE)
    timeline = serializers.DictField(help_text="An OpenTimelineIO timeline, as its JSON.")


class DroppedSerializer(serializers.Serializer[Any]):
    """One kind of thing that an import left out, from the record of a Dropped."""

    code = serializers.CharField(help_text="Stays the same in every language.")
    detail = serializers.SerializerMethodField(help_text="A sentence in the language of the request.")

    def get_detail(self, dropped: Mapping[str, Any]) -> str:
        return errors.render_message(dropped, gettext)


class ImportedDraftSerializer(DraftSerializer):
    """A draft, and what of the file that was imported is not in it: `dropped` of the context."""

    dropped = serializers.SerializerMethodField()

    class Meta(DraftSerializer.Meta):
        fields = (*DraftSerializer.Meta.fields, "dropped")
        read_only_fields = fields

    @extend_schema_field(DroppedSerializer(many=True))
    def get_dropped(self, draft: Draft) -> Any:
        return DroppedSerializer(self.context["dropped"], many=True).data
