"""The waiting line through its route."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from creator.models import User
from tests.waitlist.counted import newcomer
from waitlist.admission.admit import admit
from waitlist.line import actions, pace
from waitlist.models import Invite, InviteUse, Rules, Segment, WaitlistEntry

LINE = "/api/v1/waitlist"
WEEK = 7 * 24 * 3600


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    pace.forget()


def _let_in(people: int, ago: timedelta = timedelta()) -> list[User]:
    users = [newcomer() for _ in range(people)]
    for user in users:
        actions.apply(user=user)
        admit(user)
    WaitlistEntry.objects.filter(user__in=users).update(admitted_at=timezone.now() - ago)
    return users


def test_nothing_is_promised_where_nobody_was_let_in_lately(api: Any, waiting: User) -> None:
    _let_in(3, ago=timedelta(days=7, minutes=1))

    place = api(waiting).post(LINE, {}).json()

    assert (place["place"], place["length"], place["estimate"]) == (1, 1, None)


def test_the_estimate_goes_by_the_last_seven_days(api: Any, waiting: User) -> None:
    _let_in(14, ago=timedelta(days=6, hours=23))
    actions.apply(user=newcomer())

    place = api(waiting).post(LINE, {}).json()

    assert place["place"] == 2
    assert place["estimate"] == {"seconds": WEEK // 7, "pace_per_day": 2.0}


def test_who_came_by_an_invite_brings_nobody_nearer(db: None, staff: User) -> None:
    (user,) = _let_in(1)
    InviteUse.objects.create(invite=Invite.objects.create(code="ABCD", uses=1, made_by=staff), user=user)

    assert (pace.admitted_lately(), pace.estimate(1)) == (0, None)


def test_the_count_is_kept_for_a_minute(django_assert_num_queries: Any, db: None) -> None:
    _let_in(1)
    assert pace.estimate(1) == (WEEK, 0.14)

    with django_assert_num_queries(0):
        assert pace.estimate(2) == (2 * WEEK, 0.14)


def test_the_head_start_says_what_it_is_made_of(api: Any, waiting: User) -> None:
    Segment.objects.create(name="teachers", head_start=3600, words=["老师"])
    Rules(most_head_start=7200, referral_seconds=5000).save()
    api(waiting).post(LINE, {"reason": "我是老师"})
    WaitlistEntry.objects.update(referrals=2)

    before = api(waiting).get(LINE).json()
    call_command("rerank", stdout=StringIO())
    place = api(waiting).get(LINE).json()

    assert before["head_start"] == {"segment": 3600, "referrals": 10_000, "total": 3600}
    assert place["head_start"] == {"segment": 3600, "referrals": 10_000, "total": 7200}


def test_whoever_leaves_is_not_in_the_line(api: Any, waiting: User) -> None:
    api(waiting).post(LINE, {})

    assert api(waiting).delete(LINE).status_code == 204
    again = api(waiting).delete(LINE)
    assert (again.status_code, again.json()["code"]) == (404, "not-in-line")
    assert api(waiting).get(LINE).status_code == 404
    assert api(waiting).post(LINE, {}).json()["place"] == 1


def test_whoever_was_let_in_has_no_place_and_cannot_leave(api: Any, waiting: User, creator: User) -> None:
    api(waiting).post(LINE, {})
    admit(waiting)

    place = api(waiting).get(LINE).json()
    assert (place["state"], place["place"], place["estimate"]) == ("admitted", None, None)
    assert api(waiting).delete(LINE).status_code == 404
    assert api(creator).get(LINE).json()["state"] == "admitted"  # without ever applying
