"""Apply, look where one stands, leave."""

from django.db import IntegrityError, transaction

from creator.errors import AlreadyAdmitted
from creator.models import User
from waitlist.errors import NotInLine
from waitlist.line import counts, order
from waitlist.models import Rules, Segment, WaitlistEntry

WAITING = WaitlistEntry.State.WAITING


def apply(*, user: User, referred_by: WaitlistEntry | None = None, **said: object) -> WaitlistEntry:
    """Put `user` in the line, once; `said` are the fields of what they said of themselves.

    Whoever left comes back with the age of the new application. Raises AlreadyAdmitted.
    """
    if user.is_admitted:
        raise AlreadyAdmitted()
    known = WaitlistEntry.objects.filter(user=user).exclude(state=WaitlistEntry.State.LEFT).first()
    if known:
        return known
    entry = WaitlistEntry(user=user, referred_by=referred_by, **said)
    entry.segment = order.segment_of(entry, Segment.objects.filter(active=True))
    entry.head_start = order.explained(entry, Rules.current()).total
    entry.rank = order.rank(entry)
    try:
        with transaction.atomic():
            WaitlistEntry.objects.filter(user=user, state=WaitlistEntry.State.LEFT).delete()
            counts.enter([entry])
    except IntegrityError:  # on two phones at once
        return WaitlistEntry.objects.get(user=user)
    return entry


def leave(user: User) -> None:
    """Give up one's place. Raises NotInLine for who does not wait."""
    with transaction.atomic():
        entry = WaitlistEntry.objects.filter(user=user, state=WAITING).first()
        if entry is None or not _stop_waiting(entry):
            raise NotInLine()


def forget(*, user: User, **_: object) -> None:
    """The account is being deleted: count them out before the row goes."""
    entry = WaitlistEntry.objects.filter(user=user, state=WAITING).first()
    if entry:
        _stop_waiting(entry)


def entry_for(user: User) -> WaitlistEntry:
    """Their entry; somebody let in without applying gets one that is not kept. Raises NotInLine."""
    entry = WaitlistEntry.objects.select_related("segment").filter(user=user).first()
    if entry and entry.state != WaitlistEntry.State.LEFT:
        return entry
    if user.admitted_at is None:
        raise NotInLine()
    return WaitlistEntry(
        user=user, applied_at=user.admitted_at, admitted_at=user.admitted_at, state="admitted"
    )


def _stop_waiting(entry: WaitlistEntry) -> bool:
    still = WaitlistEntry.objects.filter(pk=entry.pk, state=WAITING, rank=entry.rank)
    if not still.update(state=WaitlistEntry.State.LEFT):
        return False
    counts.remove([entry.rank])
    return True
