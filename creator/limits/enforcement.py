"""Keeping within the limits. Rates are counted in the database, so they hold over processes and restarts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from creator.errors import LimitReached, RateLimited
from creator.limits.catalogue import LIMITS, Limit
from creator.models import Allowance, User

# One statement counts, so that parallel requests cannot exceed a limit: it opens a window, adds to one that
# is open, or opens it anew when it is over; it returns nothing where the limit would be passed.
SPEND = """
INSERT INTO creator_allowance (key, used, ends_at) VALUES (%(key)s, %(amount)s, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    used = CASE WHEN creator_allowance.ends_at <= %(now)s THEN excluded.used
                ELSE creator_allowance.used + excluded.used END,
    ends_at = CASE WHEN creator_allowance.ends_at <= %(now)s THEN excluded.ends_at
                   ELSE creator_allowance.ends_at END
WHERE creator_allowance.ends_at <= %(now)s OR creator_allowance.used + excluded.used <= %(most)s
RETURNING id, used, ends_at
"""


@dataclass(frozen=True)
class Allowed:
    """What is left of a rate after it was used: `left` of `most`, until `seconds` from now."""

    limit: Limit
    most: int
    left: int
    seconds: int

    @classmethod
    def refused(cls, *, limit: str, most: int, seconds: int, **_: object) -> "Allowed":
        """Nothing is left: by the `params` of a RateLimited."""
        return cls(LIMITS[limit], most, 0, seconds)

    @property
    def headers(self) -> dict[str, str]:
        """`RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {
            "RateLimit-Policy": f'"{self.limit.name}";q={self.most};w={self.limit.seconds}',
            "RateLimit": f'"{self.limit.name}";r={self.left};t={self.seconds}',
        }


def most(name: str) -> int:
    """The value of limit `name` in this installation."""
    return int(settings.LIMITS.get(name, LIMITS[name].most))


def spend(name: str, whose: object, amount: int = 1) -> Allowed:
    """Use `amount` of what `whose` (a key, an address) may do by the rate `name`. Raises RateLimited.

    The window opens with its first use.
    """
    limit, cap, now = LIMITS[name], most(name), timezone.now()
    assert limit.seconds is not None, f"{name} is no rate"
    key, ends_at = _key(name, whose), now + timedelta(seconds=limit.seconds)
    rows = _spend(key, amount, cap, now, ends_at) if amount <= cap else []
    if not rows:
        seconds = _left(key, now) if amount <= cap else limit.seconds
        raise RateLimited(limit=name, most=cap, window=limit.seconds, seconds=seconds)
    return Allowed(limit, cap, cap - rows[0].used, _until(rows[0].ends_at, now))


def require_left(name: str, whose: object) -> None:
    """Raises RateLimited where nothing is left of rate `name`; uses nothing of it."""
    limit, cap, now = LIMITS[name], most(name), timezone.now()
    assert limit.seconds is not None, f"{name} is no rate"
    window = Allowance.objects.filter(key=_key(name, whose), ends_at__gt=now).first()
    if cap <= (window.used if window else 0):
        seconds = _until(window.ends_at, now) if window else limit.seconds
        raise RateLimited(limit=name, most=cap, window=limit.seconds, seconds=seconds)


def correct(name: str, whose: object, by: int, *, since: datetime) -> None:
    """Count `by` more (less, if negative) of the rate `name` than was spent at `since`: an estimate was off.

    Only within the window in which it was spent: nobody saves anything up for the next one."""
    seconds = LIMITS[name].seconds
    assert seconds is not None, f"{name} is no rate"
    windows = Allowance.objects.filter(key=_key(name, whose), ends_at__gt=timezone.now())
    then = windows.filter(ends_at__lte=since + timedelta(seconds=seconds))
    then.update(used=Greatest(F("used") + by, Value(0, output_field=BigIntegerField())))


def require_room(name: str, held: int, adding: int = 1) -> None:
    """Raises LimitReached where `adding` to the `held` ones would pass limit `name`."""
    cap = most(name)
    if held + adding > cap:
        raise LimitReached(limit=name, most=cap, held=held)


def require_room_among(name: str, rows: QuerySet[Any], *, owner: User) -> None:
    """Raises LimitReached where one more of `rows`, which are the owner's, would pass limit `name`.

    Call it in the transaction that adds it: the owner's row is locked, so two at once do not count the same.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    require_room(name, rows.count())


def delete_expired_windows() -> None:
    """Remove the windows that are over. One statement, outside any transaction, so it waits for nobody."""
    Allowance.objects.filter(ends_at__lt=timezone.now()).delete()


def _spend(key: str, amount: int, cap: int, now: datetime, ends_at: datetime) -> list[Allowance]:
    adapt = connection.ops.adapt_datetimefield_value
    values = {"key": key, "amount": amount, "most": cap, "now": adapt(now), "ends_at": adapt(ends_at)}
    return list(Allowance.objects.raw(SPEND, values))


def _key(name: str, whose: object) -> str:
    """A digest, so that no address is kept."""
    return salted_hmac("creator.limits", f"{name}:{whose}", algorithm="sha256").hexdigest()


def _left(key: str, now: datetime) -> int:
    ends_at = Allowance.objects.filter(key=key).values_list("ends_at", flat=True).first()
    return _until(ends_at, now) if ends_at else 1


def _until(ends_at: datetime, now: datetime) -> int:
    return max(1, round((ends_at - now).total_seconds()))
