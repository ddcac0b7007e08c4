"""Credits by double entry: every transfer moves what it takes from one account into another.

A creator has two accounts, `available` and `held`; the house has `issued` (where grants come from)
and `spent` (where charges go). The house's balances are the sums of its entries: keeping them in a
row would make every transfer of everybody wait for that row.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid6 import uuid7

from creator.models.owned import OwnedQuerySet

OWNER = settings.AUTH_USER_MODEL


class Account(models.Model):
    class Kind(models.TextChoices):
        AVAILABLE = "available"
        HELD = "held"
        ISSUED = "issued"
        SPENT = "spent"

    SYSTEM = (Kind.ISSUED, Kind.SPENT)

    kind = models.CharField(max_length=10, choices=Kind.choices)
    owner = models.ForeignKey(OWNER, models.SET_NULL, null=True, related_name="accounts")
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind"], name="one_account_of_a_kind"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind__in=["issued", "spent"]), name="one_house_account_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(balance__gte=0), name="never_overdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner or 'nobody'}: {self.balance}"


class Transfer(models.Model):
    """One movement of a creator's credits, and its receipt. `purpose` is an English gettext msgid."""

    class Kind(models.TextChoices):
        GRANT = "grant"
        HOLD = "hold"
        SETTLE = "settle"
        RELEASE = "release"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    owner = models.ForeignKey(OWNER, models.SET_NULL, null=True, related_name="receipts")
    purpose = models.CharField(max_length=100)
    reference = models.CharField(max_length=120)
    amount = models.BigIntegerField()  # what it did to `available`
    used = models.BigIntegerField(null=True)  # settle: what was charged
    created_at = models.DateTimeField(default=timezone.now)

    objects = OwnedQuerySet["Transfer"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="one_transfer_per_reference")
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="receipts_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+d} for {self.reference}"


class Entry(models.Model):
    """One side of a transfer; the entries of a transfer sum to zero."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="an_entry_moves_something")]

    def __str__(self) -> str:
        return f"{self.amount:+d} on {self.account_id}"


class Hold(models.Model):
    """Credits set aside for something not finished yet; `reference` names it, once and for all."""

    class State(models.TextChoices):
        OPEN = "open"
        SETTLED = "settled"
        RELEASED = "released"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=120, unique=True)
    owner = models.ForeignKey(OWNER, models.SET_NULL, null=True, related_name="holds")
    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    used = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.state} hold of {self.amount} for {self.reference}"


class WelcomedAddress(models.Model):
    """Whoever signs in with this has had the welcome credits.

    It outlives the account: else coming back would pay. `digest` is keyed, so the address cannot be
    read from it; `kept_until` is set once the account is gone.
    """

    digest = models.CharField(max_length=64, unique=True)
    kept_until = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"welcomed until {self.kept_until or 'they leave'}"
