"""Credits and receipts, as the API shows them."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from creator.credits import ledger
from creator.models import Transfer

# gettext msgids of what happened, as a receipt says it
HAPPENED = {
    Transfer.Kind.GRANT: "Received",
    Transfer.Kind.HOLD: "Set aside",
    Transfer.Kind.SETTLE: "Charged",
    Transfer.Kind.RELEASE: "Given back",
}


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
