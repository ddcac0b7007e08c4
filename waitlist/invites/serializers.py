"""Invites, as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from waitlist.models import Invite


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
