"""What staff send and are shown about accounts."""

from typing import Any

from rest_framework import serializers

from api.fields import PlainTextField
from creator.models import StaffAction


class ReasonSerializer(serializers.Serializer[Any]):
    reason = PlainTextField(
        multiline=True, max_length=500, help_text="Why; kept in the list of staff's actions."
    )


class SuspensionSerializer(serializers.Serializer[Any]):
    """How it stands with an account."""

    handle = serializers.CharField()
    suspended = serializers.BooleanField()


class StaffActionSerializer(serializers.ModelSerializer[StaffAction]):
    """One act of one member of staff; `actor` is null once they are gone."""

    actor = serializers.SerializerMethodField()
    details = serializers.DictField(
        source="data", help_text="What else is to be known of it: the handle of that day, say."
    )

    class Meta:
        model = StaffAction
        fields = ("id", "actor", "action", "subject", "reason", "details", "at")
        read_only_fields = fields

    def get_actor(self, done: StaffAction) -> str | None:
        return done.actor.handle if done.actor else None
