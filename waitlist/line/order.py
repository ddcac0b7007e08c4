"""The order of the line, in one currency: time.

    rank = when they applied − their head start
    head start = min(segment + friends × what a friend is worth, the most there may be)

Whoever applies later than the largest head start after somebody can never pass them, so age always wins in
the end; `explained` says the sum to the person and to staff.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from waitlist.models import Rules, Segment, WaitlistEntry

SECOND = 1_000_000  # microseconds: ranks are counted in them


class HeadStart(NamedTuple):
    """Seconds, by where they come from; `total` is what counts."""

    segment: int
    referrals: int
    total: int


def microseconds(moment: datetime) -> int:
    """Since 1970, exact: a float has no room for them."""
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * SECOND + moment.microsecond


def explained(entry: WaitlistEntry, rules: Rules) -> HeadStart:
    """What moves `entry` up, as `rules` are now."""
    segment = entry.segment.head_start if entry.segment else 0
    referrals = min(entry.referrals, rules.most_referrals) * rules.referral_seconds
    return HeadStart(segment, referrals, min(segment + referrals, rules.most_head_start))


def rank(entry: WaitlistEntry) -> int:
    """By which the line is ordered."""
    return microseconds(entry.applied_at) - entry.head_start * SECOND


def segment_of(entry: WaitlistEntry, segments: Iterable[Segment]) -> Segment | None:
    """The first of `segments`, in their order, that `entry` belongs to."""
    return next((segment for segment in segments if _belongs(entry, segment)), None)


def _belongs(entry: WaitlistEntry, segment: Segment) -> bool:
    listed = (
        (segment.countries, entry.country),
        (segment.locales, entry.locale),
        (segment.devices, entry.device),
        (segment.sources, entry.source),
    )
    if any(accepted and said not in accepted for accepted, said in listed):
        return False
    reason = entry.reason.casefold()
    if segment.words and not any(word.casefold() in reason for word in segment.words):
        return False
    return entry.followers >= segment.least_followers
