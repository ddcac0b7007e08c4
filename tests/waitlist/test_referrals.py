"""A friend moves one up once they have published something: once, up to the cap."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from creator.models import User
from creator.signals import published
from jobs.models import Job
from jobs.worker import handlers
from publishing.models import Post
from publishing.posts.actions import KIND, change, publish
from tests.contracts.objects import ready_clip
from tests.creator.concurrently import together
from tests.waitlist.counted import newcomer
from waitlist.admission.admit import admit
from waitlist.line import actions, counts
from waitlist.models import Rules, WaitlistEntry

LINE = "/api/v1/waitlist"
PACKAGED = {"folder": "posts/x/y", "bytes": 1, "drawn": 0.0, "width": 720, "height": 1280, "seconds": 5.0}
DAY = 24 * 3600


def _publishes(user: User) -> None:
    published.send(sender=User, user=user)


def _entry(user: User) -> WaitlistEntry:
    return WaitlistEntry.objects.get(user=user)


def _friends(of: User, count: int) -> list[User]:
    friends = [newcomer() for _ in range(count)]
    for friend in friends:
        actions.apply(user=friend, referred_by=str(_entry(of).referral_code))
        admit(friend)
    return friends


def test_coming_is_not_enough_and_publishing_counts_once(api: Any, waiting: User) -> None:
    actions.apply(user=newcomer())
    api(waiting).post(LINE, {})
    (friend,) = _friends(waiting, 1)
    assert api(waiting).get(LINE).json()["referrals"] == 0

    _publishes(friend)
    _publishes(friend)

    place = api(waiting).get(LINE).json()
    assert (place["referrals"], place["place"]) == (1, 1)
    assert place["head_start"] == {"segment": 0, "referrals": DAY, "total": DAY}


@pytest.mark.parametrize(
    ("visibility", "hours", "counted"),
    [("public", 0, 1), ("private", 0, 0), ("unlisted", 0, 0), ("public", 1, 0)],
)
def test_only_what_everybody_may_see_counts(waiting: User, visibility: str, hours: int, counted: int) -> None:
    actions.apply(user=waiting)
    (friend,) = _friends(waiting, 1)
    later = timezone.now() + timedelta(hours=hours) if hours else None
    post = publish(owner=friend, clip=ready_clip(friend), visibility=visibility, publish_at=later)
    assert _entry(waiting).referrals == 0  # it is not packaged yet

    handlers.of(KIND).done(Job.objects.get(owner=friend), PACKAGED)
    assert _entry(waiting).referrals == counted

    change(Post.objects.get(pk=post.pk), visibility="public")
    assert _entry(waiting).referrals == (0 if hours else 1)


def test_more_friends_than_the_rule_says_count_no_further(waiting: User) -> None:
    Rules(most_referrals=2, most_head_start=36 * 3600).save()
    actions.apply(user=waiting)

    for friend in _friends(waiting, 4):
        _publishes(friend)

    assert (_entry(waiting).referrals, _entry(waiting).head_start) == (4, 36 * 3600)


def test_a_code_is_used_as_it_is_said_and_not_by_its_owner(api: Any, waiting: User, person: Any) -> None:
    code = api(waiting).post(LINE, {}).json()["referral_code"]
    friend = person("friend", admitted=False)

    assert api(friend).post(LINE, {"referred_by": f" {code.lower()} "}).status_code == 201
    assert _entry(friend).referred_by == _entry(waiting)
    actions.leave(waiting)
    assert api(waiting).post(LINE, {"referred_by": code}).json()["code"] == "referral-invalid"


def test_who_is_in_or_gone_is_moved_no_more(waiting: User) -> None:
    actions.apply(user=waiting)
    first, second = _friends(waiting, 2)
    admit(waiting)

    _publishes(first)
    waiting.delete()
    _publishes(second)

    assert counts.length() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_friends_who_publish_at_once_all_count() -> None:
    first, referrer = newcomer(), newcomer()
    actions.apply(user=first)
    actions.apply(user=referrer)
    friends = _friends(referrer, 6)

    answers = together(lambda n: _publishes(friends[n % 6]), 12)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert (_entry(referrer).referrals, counts.place(_entry(referrer)), counts.length()) == (6, 1, 2)
