"""How often something may be done. Kept in the database, so that it holds over all processes and restarts."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from creator.errors import RateLimited
from creator.models import Allowance


def spend(what: str, whose: str, *, most: int, seconds: int) -> None:
    """Use one of the `most` times that `whose` may do `what` in `seconds`. Raises RateLimited.

    The window opens with its first use. Conditional UPDATEs count, so parallel requests cannot exceed it.
    """
    now = timezone.now()
    ends_at = now + timedelta(seconds=seconds)
    key = salted_hmac("creator.accounts.rate_limits", f"{what}:{whose}", algorithm="sha256").hexdigest()
    Allowance.objects.bulk_create([Allowance(key=key, ends_at=ends_at)], ignore_conflicts=True)
    mine = Allowance.objects.filter(key=key)
    if mine.filter(ends_at__lte=now).update(used=1, ends_at=ends_at):
        return
    if not mine.filter(used__lt=most).update(used=F("used") + 1):
        raise RateLimited(seconds=_left(key))


def delete_expired() -> None:
    """Remove the windows that are over. One statement, outside any transaction, so it waits for nobody."""
    Allowance.objects.filter(ends_at__lt=timezone.now()).delete()


def _left(key: str) -> int:
    ends_at = Allowance.objects.filter(key=key).values_list("ends_at", flat=True).first()
    return max(1, round((ends_at - timezone.now()).total_seconds())) if ends_at else 1
