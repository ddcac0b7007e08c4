"""Who is given a head start, by the conditions and numbers that owners set."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from creator.models import StaffAction, User
from tests.waitlist.counted import newcomer
from waitlist.line import actions, counts
from waitlist.models import Segment, WaitlistEntry

SEGMENTS, RULES, LINE = (f"/api/v1/waitlist{path}" for path in ("/segments", "/rules", ""))
DAY = 24 * 3600
SAID = {
    "country": "CN",
    "locale": "zh-hans",
    "device": "ios",
    "source": "bilibili",
    "followers": 5000,
    "reason": "想用 AI 拍舞狮",
}


@pytest.fixture
def owner(person: Any) -> User:
    user: User = person("owner", is_staff=True, is_superuser=True)
    return user


@pytest.mark.parametrize(
    ("conditions", "belongs"),
    [
        ({}, True),
        ({"countries": ["CN", "SG"], "locales": ["zh-hans"], "devices": ["ios"]}, True),
        ({"countries": ["SG"]}, False),
        ({"locales": ["en"]}, False),
        ({"devices": ["android"]}, False),
        ({"sources": ["weibo", "bilibili"]}, True),
        ({"sources": ["weibo"]}, False),
        ({"words": ["ai", "video"]}, True),
        ({"words": ["舞龙"]}, False),
        ({"least_followers": 5000}, True),
        ({"least_followers": 5001}, False),
        ({"active": False}, False),
    ],
)
def test_a_head_start_goes_to_who_fulfils_every_condition(
    api: Any, owner: User, waiting: User, conditions: Any, belongs: bool
) -> None:
    actions.apply(user=newcomer())
    made = api(owner).post(SEGMENTS, {"name": "early", "head_start": DAY} | conditions)
    assert made.status_code == 201, made.json()

    place = api(waiting).post(LINE, SAID).json()

    assert place["head_start"] == {"segment": DAY * belongs, "referrals": 0, "total": DAY * belongs}
    assert place["place"] == (1 if belongs else 2)


def test_of_several_segments_the_lowest_position_counts(api: Any, owner: User, waiting: User) -> None:
    for name, position, hours in (("all", 9, 1), ("hosts", 1, 2), ("more", 5, 3)):
        api(owner).post(SEGMENTS, {"name": name, "position": position, "head_start": hours * 3600})

    assert api(waiting).post(LINE, SAID).json()["head_start"]["segment"] == 2 * 3600


def test_nobody_is_passed_by_who_applies_later_than_the_cap(api: Any, owner: User, waiting: User) -> None:
    api(owner).patch(RULES, {"most_head_start": 3600})
    api(owner).post(SEGMENTS, {"name": "early", "head_start": 100 * DAY})

    assert api(waiting).post(LINE, SAID).json()["head_start"]["total"] == 3600


def test_those_who_wait_are_ranked_anew_by_command(api: Any, owner: User, waiting: User) -> None:
    people = [newcomer() for _ in range(3)]
    for user, device in zip(people, ("web", "ios", "web"), strict=True):
        actions.apply(user=user, device=device)
    segment = api(owner).post(SEGMENTS, {"name": "ios", "head_start": DAY, "devices": ["ios"]}).json()

    def places() -> list[int | None]:
        said = StringIO()
        call_command("rerank", stdout=said)
        entries = [WaitlistEntry.objects.get(user=user) for user in people]
        return [*map(counts.place, entries), int(said.getvalue().split()[0])]

    assert places() == [2, 1, 3, 1]
    assert places() == [2, 1, 3, 0]
    assert api(owner).delete(f"{SEGMENTS}/{segment['id']}").status_code == 204
    assert places() == [1, 2, 3, 1]


def test_every_change_says_what_was_before(api: Any, owner: User) -> None:
    made = api(owner).post(SEGMENTS, {"name": "early", "head_start": 60}).json()
    api(owner).patch(f"{SEGMENTS}/{made['id']}", {"head_start": 120})
    api(owner).patch(RULES, {"most_referrals": 3})
    api(owner).delete(f"{SEGMENTS}/{made['id']}")

    acts = list(StaffAction.objects.order_by("id"))

    assert [act.action for act in acts] == ["segment", "segment", "rules", "delete-segment"]
    change = acts[1].data
    assert (change["before"]["head_start"], change["after"]["head_start"]) == (60, 120)
    assert (acts[2].data["before"]["most_referrals"], acts[2].data["after"]["most_referrals"]) == (10, 3)
    assert not Segment.objects.exists() and acts[3].data["before"]["name"] == "early"


def test_what_is_not_there_or_there_twice_is_said(api: Any, owner: User) -> None:
    made = api(owner).post(SEGMENTS, {"name": "early", "head_start": 60}).json()
    other = api(owner).post(SEGMENTS, {"name": "late", "head_start": 60}).json()

    assert api(owner).post(SEGMENTS, {"name": "early", "head_start": 60}).json()["code"] == "segment-exists"
    again = api(owner).patch(f"{SEGMENTS}/{other['id']}", {"name": "early"})
    assert (again.status_code, again.json()["code"]) == (409, "segment-exists")
    api(owner).delete(f"{SEGMENTS}/{made['id']}")
    gone = api(owner).patch(f"{SEGMENTS}/{made['id']}", {"head_start": 1})
    assert (gone.status_code, gone.json()["code"]) == (404, "segment-not-found")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (SEGMENTS, {"name": "x", "head_start": -1}, "head_start"),
        (SEGMENTS, {"name": "x", "head_start": 1, "countries": ["China"]}, "countries[0]"),
        (SEGMENTS, {"name": "x", "head_start": 1, "devices": ["fridge"]}, "devices[0]"),
        (LINE, {"country": "China"}, "country"),
        (LINE, {"device": "fridge"}, "device"),
        (LINE, {"followers": -1}, "followers"),
        (LINE, {"referred_by": "NOBODY"}, "referred_by"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    api: Any, owner: User, waiting: User, path: str, body: Any, field: str
) -> None:
    answer = api(waiting if path == LINE else owner).post(path, body)

    assert answer.status_code == 400, answer.json()
    assert answer.json()["errors"][0]["field"] == field
    assert not Segment.objects.exists() and not WaitlistEntry.objects.exists()


def test_the_country_is_that_of_the_phone_unless_another_is_told(db: None) -> None:
    numbers = {"+8613800138000": "CN", "+6591234567": "SG", "+8613800138001": "JP"}
    for number, country in numbers.items():
        user = User.objects.create_user(phone=number)
        told = {"country": "JP"} if country == "JP" else {}
        assert actions.apply(user=user, **told).country == country
