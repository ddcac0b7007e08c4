"""How soon, honestly: by how many were let in during the last seven days, not by what is hoped for."""

import math
import time
from datetime import timedelta
from threading import Lock
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from waitlist.models import InviteUse, WaitlistEntry

DAYS, DAY = 7, 24 * 3600
KEPT = 60.0  # seconds: of a busy week there are many to count, and a minute hardly changes their number


class Estimate(NamedTuple):
    """Until one is let in, if it goes on as in the last seven days."""

    seconds: int
    pace_per_day: float


def estimate(place: int) -> Estimate | None:
    """None where nobody was let in during the last seven days: then nothing honest can be said."""
    admitted = _kept.admitted()
    if not admitted:
        return None
    return Estimate(math.ceil(place * DAYS * DAY / admitted), round(admitted / DAYS, 2))


def admitted_lately() -> int:
    """How many who waited were let in during the last seven days, from the front of the line.

    Not those whom an invite let in: they leave from anywhere, so bring others no nearer.
    """
    since = timezone.now() - timedelta(days=DAYS)
    lately = WaitlistEntry.objects.filter(state=WaitlistEntry.State.ADMITTED, admitted_at__gte=since)
    return lately.exclude(Exists(InviteUse.objects.filter(user=OuterRef("user")))).count()


class _Kept:
    """The last count, for a minute; one thread counts, the others meanwhile take the old one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.forget()

    def forget(self) -> None:
        self.count, self.until = 0, -math.inf

    def admitted(self) -> int:
        if time.monotonic() >= self.until:
            first = self.until == -math.inf  # there is none yet: wait for it
            if self.lock.acquire(blocking=first):
                try:
                    if time.monotonic() >= self.until:
                        self.count, self.until = admitted_lately(), time.monotonic() + KEPT
                finally:
                    self.lock.release()
        return self.count


_kept = _Kept()
forget = _kept.forget
