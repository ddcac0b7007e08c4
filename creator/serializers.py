"""The creator room's words on the wire."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from creator.accounts import sign_in
from creator.admission import actions
from creator.credits import ledger
from creator.models import Invite, Token, Transfer, User, WaitlistEntry

# gettext msgids of what happened, as a receipt says it
HAPPENED = {
    Transfer.Kind.GRANT: "Received",
    Transfer.Kind.HOLD: "Set aside",
    Transfer.Kind.SETTLE: "Charged",
    Transfer.Kind.RELEASE: "Given back",
}


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


class WaitlistSerializer(serializers.ModelSerializer[WaitlistEntry]):
    """A place in the waiting line. `place` 1 is next; null once admitted."""

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
            self._counted = actions.place_of(entry)
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


class ReceiptSerializer(serializers.ModelSerializer[Transfer]):
    """One movement. `amount` is what it did to the balance; `used`, of a charge, what was charged."""

    title = serializers.SerializerMethodField()
    purpose = serializers.SerializerMethodField()

    class Meta:
        model = Transfer
        fields = ("id", "kind", "title", "purpose", "amount", "used", "reference", "created_at")
        read_only_fields = fields

    def get_title(self, receipt: Transfer) -> str:
        return gettext(HAPPENED[Transfer.Kind(receipt.kind)])

    def get_purpose(self, receipt: Transfer) -> str:
        return gettext(receipt.purpose)


class ReceiptPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ReceiptSerializer(many=True)


class CreditsSerializer(serializers.Serializer[ledger.Balance]):
    balance = serializers.IntegerField(help_text="Free to spend.")
    held = serializers.IntegerField(help_text="Set aside for what is being made.")
    receipts = ReceiptPageSerializer()


class KeySerializer(serializers.ModelSerializer[Token]):
    """An API key. `hint` is its last four characters."""

    name = serializers.CharField(max_length=60)
    days = serializers.IntegerField(
        min_value=1, max_value=3650, required=False, write_only=True, help_text="Left out: until deleted."
    )

    class Meta:
        model = Token
        fields: tuple[str, ...] = ("id", "name", "hint", "days", "created_at", "expires_at", "last_used_at")
        read_only_fields = ("id", "hint", "created_at", "expires_at", "last_used_at")


class NewKeySerializer(KeySerializer):
    """The key itself is shown here only."""

    key = serializers.CharField(read_only=True)

    class Meta(KeySerializer.Meta):
        fields = (*KeySerializer.Meta.fields, "key")
