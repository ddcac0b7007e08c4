"""What a creator can spend: grant, hold, then settle what was used or release it all.

Every change is a transfer whose entries sum to zero; one conditional UPDATE per account decides
every race, so holds made side by side cannot spend the same credit twice.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from uuid6 import uuid7

from creator.errors import HoldClosed, HoldNotFound, NotEnoughCredits
from creator.models import Account, Entry, Hold, Transfer, User

Leg = tuple[Account, int]


class Balance(NamedTuple):
    """Credits: free to spend, and set aside for what is being made."""

    available: int
    held: int


def balance(owner: User) -> Balance:
    """What `owner` has now."""
    kinds = dict(Account.objects.filter(owner=owner).values_list("kind", "balance"))
    return Balance(kinds.get(Account.Kind.AVAILABLE, 0), kinds.get(Account.Kind.HELD, 0))


@transaction.atomic
def grant(*, owner: User, amount: int, purpose: str, reference: str = "") -> Transfer:
    """Give `owner` credits. `purpose` is an English gettext msgid; a `reference` is granted only once."""
    _require(amount > 0, "a grant gives at least one credit")
    reference = reference or f"grant:{uuid7()}"
    available, _held = _wallet(owner)
    receipt, made = Transfer.objects.get_or_create(
        kind=Transfer.Kind.GRANT,
        reference=reference,
        defaults={"owner": owner, "purpose": purpose, "amount": amount},
    )
    if made:
        _post(receipt, [(available, amount), (_system_account(Account.Kind.ISSUED), -amount)])
    return receipt


@transaction.atomic
def hold(*, owner: User, amount: int, purpose: str, reference: str) -> Hold:
    """Set `amount` aside for `reference`; asking again for the same hold returns it.

    Raises NotEnoughCredits, or HoldClosed if the reference was settled or released before.
    """
    _require(amount >= 0, "a hold is not negative")
    available, held = _wallet(owner)
    kept, made = Hold.objects.get_or_create(
        reference=reference, defaults={"owner": owner, "account": held, "amount": amount, "purpose": purpose}
    )
    if not made:
        return _same_hold(kept, held, amount)
    receipt = _receipt(Transfer.Kind.HOLD, owner, purpose, reference, -amount)
    _post(receipt, [(available, -amount), (held, amount)])
    return kept


def held(reference: str) -> int:
    """How much the hold of `reference` set aside. Raises HoldNotFound."""
    return _find_hold(reference).amount


@transaction.atomic
def settle(reference: str, *, used: int | None = None) -> None:
    """Charge `used` (default: all) of a hold and give the rest back. Settling again does nothing.

    Raises HoldNotFound, HoldClosed if it was released, ValueError if `used` is not within the hold.
    """
    kept = _find_hold(reference)
    used = kept.amount if used is None else used
    _require(0 <= used <= kept.amount, f"{used} of a hold of {kept.amount} cannot be used")
    if not _close(kept, Hold.State.SETTLED, used):
        return
    rest = kept.amount - used
    receipt = _receipt(Transfer.Kind.SETTLE, kept.owner, kept.purpose, reference, rest, used)
    _post(
        receipt,
        [
            (_available_account(kept), rest),
            (kept.account, -kept.amount),
            (_system_account(Account.Kind.SPENT), used),
        ],
    )


@transaction.atomic
def release(reference: str) -> None:
    """Give a whole hold back. Releasing again does nothing.

    Raises HoldNotFound, or HoldClosed if it was settled.
    """
    kept = _find_hold(reference)
    if not _close(kept, Hold.State.RELEASED, 0):
        return
    receipt = _receipt(Transfer.Kind.RELEASE, kept.owner, kept.purpose, reference, kept.amount)
    _post(receipt, [(_available_account(kept), kept.amount), (kept.account, -kept.amount)])


def _post(receipt: Transfer, legs: Sequence[Leg]) -> None:
    """Write a transfer. Legs come as available, held, house: locked in one order, no two deadlock."""
    _require(sum(amount for _, amount in legs) == 0, "what leaves one account enters another")
    legs = [(account, amount) for account, amount in legs if amount]
    for account, amount in legs:
        _move(account, amount)
    Entry.objects.bulk_create(
        Entry(transfer=receipt, account=account, amount=amount) for account, amount in legs
    )


def _move(account: Account, amount: int) -> None:
    if account.kind in Account.SYSTEM:
        return
    enough = Account.objects.filter(pk=account.pk, balance__gte=-amount)
    if not enough.update(balance=F("balance") + amount):
        account.refresh_from_db(fields=["balance"])
        raise NotEnoughCredits(needed=-amount, available=account.balance)


def _wallet(owner: User) -> tuple[Account, Account]:
    """The two accounts of a creator, opened on first use."""
    kinds = (Account.Kind.AVAILABLE, Account.Kind.HELD)
    found = {account.kind: account for account in Account.objects.filter(owner=owner, kind__in=kinds)}
    available, held = (
        found.get(kind) or Account.objects.get_or_create(owner=owner, kind=kind)[0] for kind in kinds
    )
    return available, held


def _system_account(kind: str) -> Account:
    return Account.objects.get_or_create(kind=kind, owner=None)[0]


def _available_account(kept: Hold) -> Account:
    """The account a hold came from. It is found by the hold's transfer: its owner may have left."""
    entries = Entry.objects.filter(transfer__kind=Transfer.Kind.HOLD, transfer__reference=kept.reference)
    entry = entries.exclude(account=kept.account).select_related("account").first()
    return entry.account if entry else kept.account  # a hold of nothing has no entries, and moves nothing


def _find_hold(reference: str) -> Hold:
    kept = Hold.objects.filter(reference=reference).first()
    if kept is None:
        raise HoldNotFound(reference=reference)
    return kept


def _close(kept: Hold, state: Hold.State, used: int) -> bool:
    """Close an open hold; False if it was closed this way before. HoldClosed: it was closed the other way."""
    now = timezone.now()
    still_open = Hold.objects.filter(pk=kept.pk, state=Hold.State.OPEN)
    if still_open.update(state=state, used=used, closed_at=now):
        return True
    kept.refresh_from_db(fields=["state"])
    if kept.state != state:
        raise HoldClosed(state=str(kept.state))
    return False


def _same_hold(kept: Hold, held: Account, amount: int) -> Hold:
    if kept.state != Hold.State.OPEN:
        raise HoldClosed(state=str(kept.state))
    _require(kept.account_id == held.pk and kept.amount == amount, f"{kept.reference} is held otherwise")
    return kept


def _receipt(
    kind: Transfer.Kind,
    owner: User | None,
    purpose: str,
    reference: str,
    amount: int,
    used: int | None = None,
) -> Transfer:
    return Transfer.objects.create(
        kind=kind, owner=owner, purpose=purpose, reference=reference, amount=amount, used=used
    )


def _require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise ValueError(otherwise)
