"""Segments and rules, as the API takes and shows them."""

from rest_framework import serializers

from api.fields import PlainTextField
from waitlist.models import Rules, Segment, WaitlistEntry

CONDITIONS = ("countries", "locales", "devices", "sources", "words", "least_followers")
YEAR = 366 * 24 * 3600


def _listed(field: serializers.Field, said: str) -> serializers.ListField:
    return serializers.ListField(child=field, required=False, max_length=200, help_text=said)


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    """People who are given the same head start: an empty condition is fulfilled by everybody."""

    name = PlainTextField(max_length=60)
    position = serializers.IntegerField(
        min_value=0, max_value=10_000, required=False, help_text="Of several that fit, the lowest counts."
    )
    head_start = serializers.IntegerField(min_value=0, max_value=YEAR, help_text="In seconds.")
    countries = _listed(serializers.RegexField(r"\A[A-Z]{2}\Z"), "ISO 3166-1, as `CN`.")
    locales = _listed(PlainTextField(max_length=16), "As they applied: `zh-hans`, `en`.")
    devices = _listed(serializers.ChoiceField(WaitlistEntry.Device.choices), "What they applied from.")
    sources = _listed(PlainTextField(max_length=40), "Where they heard of it.")
    words = _listed(PlainTextField(max_length=60), "One of these is in their reason, in any case.")
    least_followers = serializers.IntegerField(min_value=0, max_value=10**9, required=False)

    class Meta:
        model = Segment
        fields = ("id", "name", "position", "head_start", "active", *CONDITIONS)
        read_only_fields = ("id",)


class RulesSerializer(serializers.ModelSerializer[Rules]):
    """How the line moves: a rank is the time of applying less the head start."""

    referral_seconds = serializers.IntegerField(
        min_value=0, max_value=YEAR, required=False, help_text="What a friend who counts is worth."
    )
    most_referrals = serializers.IntegerField(
        min_value=0, max_value=1000, required=False, help_text="How many friends count."
    )
    most_head_start = serializers.IntegerField(
        min_value=0,
        max_value=YEAR,
        required=False,
        help_text="In seconds, all together: nobody is passed by who applies later than this after them.",
    )

    class Meta:
        model = Rules
        fields = ("referral_seconds", "most_referrals", "most_head_start")
