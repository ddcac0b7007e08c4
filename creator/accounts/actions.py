"""A person's own account: its name, its API keys, its end."""

from django.db import IntegrityError, transaction

from creator.accounts import tokens
from creator.accounts.names import is_reserved
from creator.admission.welcome import note_departure
from creator.credits import ledger
from creator.errors import HandleTaken, NameReserved
from creator.limits import require_room_among
from creator.models import Hold, Token, User
from creator.signals import account_deleting


def rename(user: User, **changes: str) -> User:
    """Change `handle`, `display_name` or both. Raises HandleTaken, NameReserved."""
    for name, value in changes.items():
        if value != getattr(user, name) and is_reserved(value) and not user.is_staff:
            raise NameReserved(field=name)
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=list(changes))
    except IntegrityError:
        raise HandleTaken(field="handle") from None
    return user


@transaction.atomic
def make_key(*, owner: User, name: str, days: int | None = None) -> tuple[Token, str]:
    """A key and its secret; `days=None` lives until it is deleted. Raises LimitReached."""
    require_room_among("keys", Token.objects.filter(user=owner).keys(), owner=owner)
    return tokens.issue(owner, kind=Token.Kind.KEY, name=name, days=days)


@transaction.atomic
def delete_account(user: User) -> None:
    """Delete the account and what is theirs. The ledger keeps its sums, without a name on them.

    `account_deleting` is sent first, so that the other rooms stop what runs; credits still held are released.
    Of the person there stays that they were welcomed, as a keyed digest.
    """
    account_deleting.send(sender=User, user=user)
    note_departure(user)
    for reference in Hold.objects.filter(owner=user, state=Hold.State.OPEN).values_list(
        "reference", flat=True
    ):
        ledger.release(reference)
    user.delete()
