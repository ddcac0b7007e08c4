"""Apply, look where one stands, leave."""

from django.db import transaction

from creator.accounts.addresses import country_of
from creator.errors import AlreadyAdmitted
from creator.models import User
from waitlist.errors import NotInLine
from waitlist.line import counts, order, referrals
from waitlist.models import Rules, Segment, WaitlistEntry


def apply(*, user: User, referred_by: str = "", **said: object) -> WaitlistEntry:
    """Put `user` in the line, once; `said` are the fields of what they said of themselves,
    `referred_by` is the code of who brought them.

    Whoever left comes back with the age of the new application. Raises AlreadyAdmitted, InvalidReferral.
    """
    if user.is_admitted:
        raise AlreadyAdmitted()
    with transaction.atomic():
        # One application at a time, and none while an invite lets them in: they would wait for ever.
        now = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        if now.is_admitted:
            raise AlreadyAdmitted()
        known = WaitlistEntry.objects.filter(user=user)
        if entry := known.exclude(state=WaitlistEntry.State.LEFT).first():
            return entry
        known.delete()
        brought_by = referrals.referrer(referred_by, user=user) if referred_by else None
        entry = _entry(WaitlistEntry(user=user, referred_by=brought_by, **said))
        counts.enter([entry])
    return entry


def leave(user: User) -> None:
    """Give up one's place. Raises NotInLine for who does not wait."""
    with transaction.atomic():
        entry = counts.waiting(user=user)
        if entry is None:
            raise NotInLine()
        counts.take_out(entry, state=WaitlistEntry.State.LEFT)


def forget(*, user: User, **_: object) -> None:
    """The account is being deleted: count them out before the row goes.

    Nobody can name them as who brought them any more, and who did loses it, before the counts are held: then
    no other entry may be waited for.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        WaitlistEntry.objects.select_for_update(of=("self",)).filter(user=user).first()
        WaitlistEntry.objects.filter(referred_by__user=user).update(referred_by=None)
        if entry := counts.waiting(user=user):
            counts.take_out(entry, state=WaitlistEntry.State.LEFT)


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


def _entry(entry: WaitlistEntry) -> WaitlistEntry:
    """A new application, put where it belongs."""
    entry.referral_code = referrals.new_code()
    if not entry.country and entry.user.phone:
        entry.country = country_of(entry.user.phone)
    entry.segment = order.segment_of(entry, Segment.objects.filter(active=True))
    entry.head_start = order.explained(entry, Rules.current()).total
    entry.rank = order.rank(entry)
    return entry
