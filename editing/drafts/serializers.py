"""Drafts and their revisions, as they are asked for and shown."""

from typing import Any

from rest_framework import serializers

from api.fields import PlainTextField
from editing.models import Draft, Revision
from editing.schema import DocumentField

TITLE: dict[str, Any] = {"max_length": 100, "allow_blank": True, "required": False}


class ListedDraftSerializer(serializers.ModelSerializer[Draft]):
    """A draft at its current revision, without its document."""

    revision = serializers.IntegerField(
        source="current.number", read_only=True, help_text="Counts what was ever saved."
    )
    can_undo = serializers.SerializerMethodField()
    can_redo = serializers.BooleanField(read_only=True)
    seconds = serializers.SerializerMethodField(help_text="How long the edit plays.")

    class Meta:
        model = Draft
        fields: tuple[str, ...] = (
            "id",
            "title",
            "revision",
            "can_undo",
            "can_redo",
            "seconds",
            "created_at",
            "updated_at",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_can_undo(self, draft: Draft) -> bool:
        return bool(draft.current and draft.current.before_id)

    def get_seconds(self, draft: Draft) -> float:
        return draft.current.seconds if draft.current else 0.0


class DraftSerializer(ListedDraftSerializer):
    """A draft at its current revision."""

    document = DocumentField(source="current.document", read_only=True)

    class Meta(ListedDraftSerializer.Meta):
        fields = (*ListedDraftSerializer.Meta.fields, "document")
        read_only_fields = fields


class NewDraftSerializer(serializers.Serializer[Any]):
    title = PlainTextField(**TITLE)
    document = DocumentField()


class ChangeDraftSerializer(serializers.Serializer[Any]):
    """An autosave: what is not sent stays as it is."""

    title = PlainTextField(**TITLE)
    document = DocumentField(required=False)


class ListedRevisionSerializer(serializers.ModelSerializer[Revision]):
    """A revision without its document."""

    before = serializers.IntegerField(
        source="before.number",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Where an undo leads.",
    )
    current = serializers.SerializerMethodField()

    class Meta:
        model = Revision
        fields: tuple[str, ...] = ("number", "name", "before", "current", "created_at")
        read_only_fields: tuple[str, ...] = fields

    def get_current(self, revision: Revision) -> bool:
        return revision.draft.current_id == revision.pk


class RevisionSerializer(ListedRevisionSerializer):
    document = DocumentField(read_only=True)

    class Meta(ListedRevisionSerializer.Meta):
        fields = (*ListedRevisionSerializer.Meta.fields, "document")
        read_only_fields = fields


class NamedSerializer(serializers.Serializer[Any]):
    name = PlainTextField(max_length=100, allow_blank=True)


class NodeSerializer(serializers.Serializer[Any]):
    """An input, a filter or an end of the graph."""

    id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=["input", "filter", "output"])
    name = serializers.CharField()
    settings = serializers.CharField()
    medium = serializers.ChoiceField(choices=["picture", "sound"])
    takes_from = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of nodes.")


class ExplanationSerializer(serializers.Serializer[Any]):
    """What a render would do."""

    frames = serializers.IntegerField(source="command.frames")
    seconds = serializers.FloatField(source="command.seconds")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    fps = serializers.IntegerField(source="command.fps")
    text = serializers.CharField(help_text="The command, a line for each filter chain.")
    nodes = NodeSerializer(many=True)
