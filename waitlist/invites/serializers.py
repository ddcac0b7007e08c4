"""Invites, as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from api.fields import MomentField, PlainTextField
from waitlist.models import Invite

MOST_CREDITS = 1_000_000
FOR = "Only for this e-mail address, phone number or domain (`@school.edu.cn`); empty: for everybody."


class InviteSerializer(serializers.ModelSerializer[Invite]):
    """A code that lets in `uses` people."""

    code = serializers.CharField(max_length=40, required=False, help_text="Left out: one is made.")
    uses = serializers.IntegerField(min_value=1, max_value=100_000)
    begins_at = MomentField(required=False, allow_null=True, help_text="Not before this.")
    ends_at = MomentField(required=False, allow_null=True, help_text="No longer from this on.")
    credits = serializers.IntegerField(
        min_value=0,
        max_value=MOST_CREDITS,
        required=False,
        allow_null=True,
        help_text="For each who comes by it; null: as everybody is welcomed.",
    )
    for_address = PlainTextField(max_length=254, required=False, allow_blank=True, help_text=FOR)

    class Meta:
        model = Invite
        read_only_fields = ("used", "created_at", "revoked_at")
        fields = ("code", "uses", "begins_at", "ends_at", "credits", "for_address", *read_only_fields)


class InviteCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
