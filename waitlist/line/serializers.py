"""A place in the waiting line, as the API takes and shows it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import PlainTextField
from waitlist.line import counts, order, pace
from waitlist.models import Rules, WaitlistEntry

FOUND = ("state", "place", "length", "estimate", "head_start", "referral_code", "referrals")
WHEN = ("applied_at", "admitted_at")
SAID = ("reason", "locale", "country", "device", "source", "followers", "referred_by")
COUNTRY: dict[str, Any] = {"invalid": _("Send the two letters of the country, as CN or US (ISO 3166-1).")}


class LineEstimateSerializer(serializers.Serializer[Any]):
    """When one is let in, if it goes on as in the last seven days."""

    seconds = serializers.IntegerField(help_text="From now.")
    pace_per_day = serializers.FloatField(help_text="How many were let in from the front, a day.")


class HeadStartSerializer(serializers.Serializer[Any]):
    """By how many seconds one is ranked earlier than one applied, and what for."""

    segment = serializers.IntegerField(help_text="Seconds, for the group of people one belongs to.")
    referrals = serializers.IntegerField(help_text="Seconds, for friends who came and made something.")
    total = serializers.IntegerField(
        help_text="Seconds that count: the sum, capped, as when it was last ranked."
    )


class WaitlistSerializer(serializers.ModelSerializer[WaitlistEntry]):
    """A place in the waiting line, exact. `place` 1 is next; null once admitted."""

    reason = PlainTextField(multiline=True, max_length=500, required=False, allow_blank=True)
    locale = PlainTextField(max_length=16, required=False, allow_blank=True)
    country = serializers.RegexField(
        r"\A([A-Z]{2})?\Z", required=False, help_text="ISO 3166-1, as `CN`.", error_messages=COUNTRY
    )
    device = serializers.ChoiceField(WaitlistEntry.Device.choices, required=False, write_only=True)
    source = PlainTextField(  # type: ignore[assignment]  # a field of the model, not DRF's argument
        max_length=40, required=False, allow_blank=True, help_text="Where they heard of it."
    )
    followers = serializers.IntegerField(
        min_value=0, max_value=10**9, required=False, help_text="Of theirs, elsewhere."
    )
    referred_by = serializers.CharField(
        max_length=16, required=False, write_only=True, help_text="The `referral_code` of a friend."
    )
    referral_code = serializers.CharField(
        read_only=True, allow_null=True, help_text="For friends: each who publishes something moves one up."
    )
    referrals = serializers.IntegerField(read_only=True, help_text="How many of them did.")
    state = serializers.ChoiceField(["waiting", "admitted"], read_only=True)
    place = serializers.SerializerMethodField()
    length = serializers.SerializerMethodField(help_text="How many wait.")
    estimate = serializers.SerializerMethodField(
        help_text="Null once admitted, and where nobody was let in during the last seven days."
    )
    head_start = serializers.SerializerMethodField()

    class Meta:
        model = WaitlistEntry
        fields = (*FOUND, *SAID, *WHEN)
        read_only_fields = WHEN

    def to_representation(self, entry: WaitlistEntry) -> dict[str, Any]:
        self.found = counts.place(entry)  # once, for the place and the estimate
        return super().to_representation(entry)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_place(self, entry: WaitlistEntry) -> int | None:
        return self.found

    def get_length(self, entry: WaitlistEntry) -> int:
        return counts.length()

    @extend_schema_field(LineEstimateSerializer(allow_null=True))
    def get_estimate(self, entry: WaitlistEntry) -> dict[str, Any] | None:
        expected = pace.estimate(self.found) if self.found else None
        return expected._asdict() if expected else None

    @extend_schema_field(HeadStartSerializer)
    def get_head_start(self, entry: WaitlistEntry) -> dict[str, int]:
        found = order.explained(entry, Rules.current())
        return found._replace(total=entry.head_start)._asdict()  # the rules may have changed since
