"""What an invite says of when, for whom and with how many credits; what is said where it does not fit."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from creator.credits import ledger
from creator.models import User
from waitlist.models import Invite

INVITES, REDEEM = "/api/v1/invites", "/api/v1/invites/redeem"


def _invite(api: Any, staff: User, **terms: Any) -> dict[str, Any]:
    answer = api(staff).post(INVITES, {"uses": 5} | terms)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def _refusal(api: Any, user: User, code: str) -> tuple[int, str]:
    answer = api(user).post(REDEEM, {"code": code})
    return answer.status_code, answer.json()["code"]


def test_an_invite_opens_between_its_beginning_and_its_end(api: Any, waiting: User, staff: User) -> None:
    soon, later = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2)
    made = _invite(api, staff, begins_at=soon.isoformat(), ends_at=later.isoformat())

    assert _refusal(api, waiting, made["code"]) == (409, "invite-not-begun")
    Invite.objects.update(begins_at=soon - timedelta(days=1), ends_at=timezone.now())
    assert _refusal(api, waiting, made["code"]) == (410, "invite-expired")
    Invite.objects.update(ends_at=later)
    assert api(waiting).post(REDEEM, {"code": made["code"]}).json()["is_admitted"] is True


def test_a_time_is_told_with_its_zone(api: Any, waiting: User, staff: User) -> None:
    made = _invite(api, staff, begins_at="2099-01-01T10:00:00+08:00")

    refused = api(waiting).post(REDEEM, {"code": made["code"]}).json()

    assert "2099-01-01T02:00+00:00" in refused["detail"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"ends_at": "2099-01-01T10:00:00"}, "ends_at"),
        ({"ends_at": "2020-01-01T10:00:00Z"}, "ends_at"),
        ({"begins_at": "2099-01-02T10:00:00Z", "ends_at": "2099-01-01T10:00:00Z"}, "ends_at"),
        ({"credits": -1}, "credits"),
        ({"for_address": "@nowhere"}, "for_address"),
        ({"for_address": "12"}, "for_address"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_name(api: Any, staff: User, terms: Any, field: str) -> None:
    answer = api(staff).post(INVITES, {"uses": 1} | terms)

    assert answer.status_code == 400 and not Invite.objects.exists()
    assert answer.json()["errors"][0]["field"] == field


def test_who_was_let_in_stays_in_when_an_invite_is_revoked(api: Any, person: Any, staff: User) -> None:
    first, second = person("first", admitted=False), person("second", admitted=False)
    made = _invite(api, staff)
    api(first).post(REDEEM, {"code": made["code"]})

    revoked = api(staff).post(f"{INVITES}/revoke", {"code": made["code"]}).json()

    assert revoked["revoked_at"] and revoked["used"] == 1
    again = api(staff).post(f"{INVITES}/revoke", {"code": made["code"]}).json()
    assert again["revoked_at"] == revoked["revoked_at"]
    assert _refusal(api, second, made["code"]) == (410, "invite-revoked")
    assert User.objects.get(pk=first.pk).is_admitted
    acts = api(staff).get("/api/v1/staff/actions").json()["results"]
    assert [act["action"] for act in acts] == ["revoke-invite", "invite"]


@pytest.mark.parametrize(
    ("meant", "lets_in"),
    [
        ("Ming+beta@Example.org", True),
        ("hua@example.org", False),
        ("@example.org", True),
        ("@ample.org", False),
        ("+8613800138000", False),
    ],
)
def test_a_leaked_code_is_worthless_to_others(
    api: Any, staff: User, db: None, meant: str, lets_in: bool
) -> None:
    ming = User.objects.create_user(handle="ming", email="ming@example.org")
    made = _invite(api, staff, for_address=meant)

    answer = api(ming).post(REDEEM, {"code": made["code"]})

    assert answer.status_code == (200 if lets_in else 403)
    assert Invite.objects.get().used == lets_in and User.objects.get(pk=ming.pk).is_admitted is lets_in


@pytest.mark.parametrize("credits", [0, 1234])
def test_an_invite_may_welcome_with_credits_of_its_own(
    api: Any, waiting: User, staff: User, credits: int
) -> None:
    made = _invite(api, staff, credits=credits)

    api(waiting).post(REDEEM, {"code": made["code"]})

    assert ledger.balance(waiting).available == credits


def test_staff_list_the_invites(api: Any, staff: User, creator: User) -> None:
    made = [_invite(api, staff)["code"] for _ in range(3)]

    listed = api(staff).get(f"{INVITES}?limit=2").json()

    assert [one["code"] for one in listed["results"]] == made[:0:-1] and listed["next"]
    assert api(creator).get(INVITES).status_code == 403


def test_the_audit_says_the_terms_but_neither_code_nor_address(api: Any, staff: User) -> None:
    made = _invite(api, staff, credits=7, for_address="@example.org", ends_at="2099-01-01T00:00:00Z")

    (act,) = api(staff).get("/api/v1/staff/actions").json()["results"]

    assert act["details"] == {"uses": 5, "credits": 7, "ends_at": "2099-01-01T00:00:00+00:00", "bound": True}
    assert made["code"] not in str(act) and "example" not in str(act)
