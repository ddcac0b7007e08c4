"""Letting in from the front of the line."""

from creator.models import User
from waitlist.admission.admit import admit
from waitlist.models import WaitlistEntry


def admit_next(count: int, *, staff: User | None = None) -> int:
    """Admit up to `count` people from the front of the line; says how many it was.

    `staff`: who asks for it; None on the terminal of the machine.
    """
    admitted = 0
    while admitted < count and (batch := _front(min(count - admitted, 500))):
        admitted += sum(admit(entry.user, staff=staff) for entry in batch)
    return admitted


def _front(count: int) -> list[WaitlistEntry]:
    line = WaitlistEntry.objects.filter(state="waiting", user__admitted_at=None)
    return list(line.order_by("rank", "pk").select_related("user")[:count])
