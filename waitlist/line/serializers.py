"""A place in the waiting line, as the API takes and shows it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import PlainTextField
from waitlist.line import counts
from waitlist.models import WaitlistEntry


class WaitlistSerializer(serializers.ModelSerializer[WaitlistEntry]):
    """A place in the waiting line, exact. `place` 1 is next; null once admitted."""

    reason = PlainTextField(multiline=True, max_length=500, required=False, allow_blank=True)
    locale = PlainTextField(max_length=16, required=False, allow_blank=True)
    state = serializers.ChoiceField(["waiting", "admitted"], read_only=True)
    place = serializers.SerializerMethodField()
    length = serializers.SerializerMethodField(help_text="How many wait.")

    class Meta:
        model = WaitlistEntry
        fields = ("state", "place", "length", "reason", "locale", "applied_at", "admitted_at")
        read_only_fields = ("applied_at", "admitted_at")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_place(self, entry: WaitlistEntry) -> int | None:
        return counts.place(entry)

    def get_length(self, entry: WaitlistEntry) -> int:
        return counts.length()
