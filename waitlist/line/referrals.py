"""Friends move one up: not by coming, but once they have published something, each once."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import F

from creator.models import User
from creator.models.accounts import ALPHABET
from waitlist.errors import InvalidReferral
from waitlist.line import counts, order
from waitlist.models import Rules, WaitlistEntry

LENGTH = 12  # letters and digits: of a million codes no two are the same


def new_code() -> str:
    """What one gives to one's friends."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)).upper()


def referrer(code: str, *, user: User) -> WaitlistEntry:
    """Whose code it is. Raises InvalidReferral, also for one's own."""
    entries = WaitlistEntry.objects.exclude(user=user)
    entry = entries.filter(referral_code=code.strip().upper()).first()
    if entry is None:
        raise InvalidReferral(field="referred_by")
    return entry


def count_published(*, user: User, **_: Any) -> None:
    """`user` published something: whoever brought them is moved up, the first time."""
    friend = WaitlistEntry.objects.filter(user=user, referral_counted=False).first()
    if friend is not None and friend.referred_by_id is not None:
        _count(friend, friend.referred_by_id)


@transaction.atomic
def _count(friend: WaitlistEntry, referrer_id: int) -> None:
    """Who brought them is locked first, as where an account is deleted (`line.actions.forget`)."""
    locked = WaitlistEntry.objects.select_for_update(of=("self",), no_key=True)
    brought = locked.filter(pk=referrer_id).first()
    counted = WaitlistEntry.objects.filter(pk=friend.pk, referred_by=referrer_id, referral_counted=False)
    if brought is None or not counted.update(referral_counted=True):
        return
    WaitlistEntry.objects.filter(pk=brought.pk).update(referrals=F("referrals") + 1)
    brought.refresh_from_db()
    start = order.explained(brought, Rules.current()).total
    if brought.state == WaitlistEntry.State.WAITING and start > brought.head_start:
        rank = brought.rank - (start - brought.head_start) * order.SECOND
        counts.move(brought, rank, head_start=start)
