"""People, sessions and keys, as the API takes and shows them."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.fields import PlainTextField
from creator.accounts import codes, devices
from creator.accounts.names import NameField
from creator.models import Token, User
from creator.roles import Role
from creator.scopes import Scope


class AddressSerializer(serializers.Serializer[Any]):
    """One of the two, not both."""

    phone = serializers.CharField(max_length=40, required=False, help_text="+8613800138000, or 13800138000.")
    email = serializers.CharField(max_length=254, required=False)
    device_token = serializers.CharField(
        max_length=devices.LONGEST,
        required=False,
        help_text="Of an earlier sign-in on this device: strangers cannot use up what it may ask.",
    )


class CodeSentSerializer(serializers.Serializer[Any]):
    """The same for a known and an unknown address."""

    request_id = serializers.UUIDField(
        help_text="Send it back with the code; nobody else's guesses count on it."
    )
    digits = serializers.IntegerField()
    valid_seconds = serializers.IntegerField()
    resend_after_seconds = serializers.IntegerField()


class LoginSerializer(AddressSerializer):
    code = serializers.RegexField(
        rf"^[0-9]{{{codes.DIGITS}}}$",
        help_text="The digits that were sent.",
        error_messages={"invalid": format_lazy(_("A code has {digits} digits."), digits=codes.DIGITS)},
    )
    request_id = serializers.UUIDField(
        required=False,
        help_text="Of the answer to POST auth/code. Left out: the newest request from the same network.",
    )


class MeSerializer(serializers.ModelSerializer[User]):
    """Who is signed in. Phone and e-mail are what they sign in with, and do not change here."""

    handle = serializers.CharField(
        required=False,
        min_length=3,
        max_length=30,
        validators=[
            RegexValidator(
                r"\A[a-z0-9][a-z0-9_-]{2,29}\Z",
                message="3 to 30 of a–z, 0–9, - and _, a letter or digit first.",
            )
        ],
    )

    display_name = NameField(max_length=50, allow_blank=True, required=False)

    roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices), read_only=True, help_text="What they may do as staff."
    )

    class Meta:
        model = User
        read_only_fields = (
            "id",
            "phone",
            "email",
            "is_admitted",
            "is_staff",
            "roles",
            "admitted_at",
            "date_joined",
        )
        fields = (*read_only_fields, "handle", "display_name")


class SessionSerializer(serializers.Serializer[Any]):
    """The token is shown here only; send it as `Authorization: Bearer …`."""

    token = serializers.CharField()
    device_token = serializers.CharField(help_text="Keep it after signing out, and send it when signing in.")
    user = MeSerializer()


class KeySerializer(serializers.ModelSerializer[Token]):
    """An API key. `hint` is its last four characters."""

    name = PlainTextField(max_length=60)
    days = serializers.IntegerField(
        min_value=1, max_value=3650, required=False, write_only=True, help_text="Left out: until deleted."
    )

    scopes = serializers.MultipleChoiceField(
        choices=Scope.choices,
        allow_empty=False,
        required=False,
        help_text="What it may do; left out: read, generate, edit and publish. Only staff may give `admin`.",
    )

    class Meta:
        model = Token
        fields: tuple[str, ...] = (
            "id", "name", "hint", "scopes", "days", "created_at", "expires_at", "last_used_at",
        )  # fmt: skip
        read_only_fields = ("id", "hint", "created_at", "expires_at", "last_used_at")


class NewKeySerializer(KeySerializer):
    """The key itself is shown here only."""

    key = serializers.CharField(read_only=True)

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "key")


class OpenSessionSerializer(serializers.ModelSerializer[Token]):
    """A device that is signed in. `current` is the one that asks."""

    device = serializers.CharField(source="name", read_only=True, help_text="By its User-Agent, or empty.")
    current = serializers.SerializerMethodField()

    class Meta:
        model = Token
        fields = ("id", "device", "current", "created_at", "last_used_at", "expires_at")
        read_only_fields = fields

    def get_current(self, token: Token) -> bool:
        asking: Token | None = self.context["request"].auth
        return asking is not None and asking.pk == token.pk


class NewTokenSerializer(serializers.Serializer[Any]):
    """The new token is shown here only; the old one has ended."""

    token = serializers.CharField()


class TicketSerializer(serializers.Serializer[Any]):
    """The ticket is shown here only; open one stream with `?ticket=`."""

    ticket = serializers.CharField()
    valid_seconds = serializers.IntegerField()
