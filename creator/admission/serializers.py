"""The waiting line and the invites, as the API takes and shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import PlainTextField
from creator.admission import actions
from creator.models import Invite, WaitlistEntry


class WaitlistSerializer(serializers.ModelSerializer[WaitlistEntry]):
    """A place in the waiting line. `place` 1 is next; null once admitted."""

    reason = PlainTextField(multiline=True, max_length=500, required=False, allow_blank=True)
    locale = PlainTextField(max_length=16, required=False, allow_blank=True)
    state = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    place_is_exact = serializers.SerializerMethodField()

    class Meta:
        model = WaitlistEntry
        fields = ("state", "place", "place_is_exact", "reason", "locale", "applied_at", "admitted_at")
        read_only_fields = ("applied_at", "admitted_at")

    @extend_schema_field(serializers.ChoiceField(["waiting", "admitted"]))
    def get_state(self, entry: WaitlistEntry) -> str:
        return "admitted" if entry.admitted_at else "waiting"

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_place(self, entry: WaitlistEntry) -> int | None:
        place = self._place(entry)
        return min(place, actions.COUNTED) if place else None

    def get_place_is_exact(self, entry: WaitlistEntry) -> bool:
        """False: the place is further back than the number given."""
        return (self._place(entry) or 0) <= actions.COUNTED

    def _place(self, entry: WaitlistEntry) -> int | None:
        if not hasattr(self, "_counted"):
            self._counted = actions.place_in_line(entry)
        return self._counted


class AdmitSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=10_000, help_text="How many, from the front.")


class AdmittedSerializer(serializers.Serializer[Any]):
    admitted = serializers.IntegerField(help_text="How many were let in; fewer than asked if the line ended.")


class InviteSerializer(serializers.ModelSerializer[Invite]):
    """A code that lets in `uses` people."""

    code = serializers.CharField(max_length=40, required=False, help_text="Left out: one is made.")
    uses = serializers.IntegerField(min_value=1, max_value=100_000)

    class Meta:
        model = Invite
        fields = ("code", "uses", "used", "created_at")
        read_only_fields = ("used", "created_at")


class RedeemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
