"""People, sessions and keys, as the API takes and shows them."""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from creator.accounts import sign_in
from creator.models import Token, User
from creator.scopes import Scope


class AddressSerializer(serializers.Serializer[Any]):
    """One of the two, not both."""

    phone = serializers.CharField(max_length=40, required=False, help_text="+8613800138000, or 13800138000.")
    email = serializers.CharField(max_length=254, required=False)


class CodeSentSerializer(serializers.Serializer[Any]):
    """The same for a known and an unknown address."""

    digits = serializers.IntegerField()
    valid_seconds = serializers.IntegerField()
    resend_after_seconds = serializers.IntegerField()


class LoginSerializer(AddressSerializer):
    code = serializers.RegexField(rf"^[0-9]{{{sign_in.DIGITS}}}$", help_text="The digits that were sent.")


class MeSerializer(serializers.ModelSerializer[User]):
    """Who is signed in. Phone and e-mail are what they sign in with, and do not change here."""

    handle = serializers.CharField(
        min_length=3,
        max_length=30,
        validators=[
            RegexValidator(
                r"\A[a-z0-9][a-z0-9_-]{2,29}\Z",
                message="3 to 30 of a–z, 0–9, - and _, a letter or digit first.",
            )
        ],
    )

    class Meta:
        model = User
        read_only_fields = ("id", "phone", "email", "is_admitted", "is_staff", "admitted_at", "date_joined")
        fields = (*read_only_fields, "handle", "display_name")


class SessionSerializer(serializers.Serializer[Any]):
    """The token is shown here only; send it as `Authorization: Bearer …`."""

    token = serializers.CharField()
    user = MeSerializer()


class KeySerializer(serializers.ModelSerializer[Token]):
    """An API key. `hint` is its last four characters."""

    name = serializers.CharField(max_length=60)
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
