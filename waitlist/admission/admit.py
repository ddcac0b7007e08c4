"""Letting in: whoever sets `User.admitted_at` first has admitted the person, and only they welcome them.

Whatever lets anybody in calls `admit`.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from creator import audit
from creator.credits import ledger
from creator.credits.welcome import welcome
from creator.models import User
from waitlist.line import counts
from waitlist.models import WaitlistEntry

WELCOME = "Welcome credits"  # gettext msgid of the receipt


@transaction.atomic
def admit(user: User, *, staff: User | None = None, credits: int | None = None) -> bool:
    """Let `user` in and give the welcome `credits` (SIGNUP_CREDITS unless told), once to a person.

    False if somebody else let them in first. `staff`: whose act it is, for the audit, if it is one.
    """
    now = timezone.now()
    if not User.objects.filter(pk=user.pk, admitted_at=None).update(admitted_at=now):
        return False
    _leave_line(user, state=WaitlistEntry.State.ADMITTED, admitted_at=now)
    amount = settings.SIGNUP_CREDITS if credits is None else credits
    if amount and welcome(user):
        ledger.grant(owner=user, amount=amount, purpose=WELCOME, reference=f"signup:{user.pk}")
    if staff:
        audit.record(actor=staff, action="admit", subject=f"user:{user.pk}")
    user.admitted_at = now
    return True


def _leave_line(user: User, **changes: object) -> None:
    if entry := counts.waiting(user=user):
        counts.take_out(entry, **changes)
