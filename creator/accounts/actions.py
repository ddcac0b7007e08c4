"""A person's own account: its name, its API keys, its end."""

from collections.abc import Iterable
from functools import partial

from django.db import IntegrityError, transaction

from creator.accounts import code_senders, tokens
from creator.accounts.names import is_reserved
from creator.credits import ledger
from creator.credits.welcome import note_departure
from creator.errors import HandleTaken, NameReserved, ScopeBeyondOwner
from creator.limits import require_room_among
from creator.models import Hold, Token, User
from creator.scopes import DEFAULT, Scope
from creator.signals import account_deleting, account_leaving
from moderation import require_kept


def rename(user: User, **changes: str) -> User:
    """Change `handle`, `display_name` or both. Raises HandleTaken, NameReserved, TextBlocked."""
    for name, value in changes.items():
        require_kept(name, value)
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
def make_key(
    *, owner: User, name: str, days: int | None = None, scopes: Iterable[str] = DEFAULT
) -> tuple[Token, str]:
    """A key and its secret; `days=None` lives until it is deleted. Raises LimitReached, ScopeBeyondOwner."""
    chosen = [Scope(scope) for scope in scopes]
    if Scope.ADMIN in chosen and not owner.acts_as_staff:
        raise ScopeBeyondOwner(field="scopes", scope=Scope.ADMIN.value)
    require_room_among("keys", Token.objects.filter(user=owner).keys(), owner=owner)
    return tokens.issue(owner, kind=Token.Kind.KEY, name=name, days=days, scopes=chosen)


def delete_account(user: User) -> None:
    """Delete the account and what is theirs. The ledger keeps its sums, without a name on them.

    `account_leaving` is sent first, outside any transaction, for what takes long."""
    account_leaving.send(sender=User, user=user)
    _delete_account(user)


@transaction.atomic
def _delete_account(user: User) -> None:
    """`account_deleting` is sent first, so that the other rooms stop what runs; credits still held are
    released. Of the person there stays that they were welcomed, as a keyed digest.
    """
    account_deleting.send(sender=User, user=user)
    note_departure(user)
    for reference in Hold.objects.filter(owner=user, state=Hold.State.OPEN).values_list(
        "reference", flat=True
    ):
        ledger.release(reference)
    transaction.on_commit(partial(code_senders.forget, user.phone, user.email))
    user.delete()
