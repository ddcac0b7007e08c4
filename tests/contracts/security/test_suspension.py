"""Staff suspend an account: everything of it ends at once, and everything is written down."""

from typing import Any

import pytest

from creator.accounts import tokens
from creator.models import KnownDevice, SignInCode, StaffAction, Token, User
from jobs.models import Job
from tests.contracts.objects import post, ready_clip
from tests.creator.conftest import Visitor, bearing

PHONE = "+8613800138000"
ACTIONS = "/api/v1/staff/actions"


def suspend(client: Any, user: User, reason: str = "spam") -> Any:
    return client.post(f"/api/v1/users/{user.handle}/suspend", {"reason": reason})


def restore(client: Any, user: User, reason: str = "appeal") -> Any:
    return client.post(f"/api/v1/users/{user.handle}/restore", {"reason": reason})


def test_whatever_opens_the_account_of_a_suspended_person_ends(api: Any, creator: User, staff: User) -> None:
    session = tokens.issue_session(creator)[1]
    key = tokens.issue(creator, kind=Token.Kind.KEY)[1]
    KnownDevice.objects.create(user=creator, digest="0")
    api().post("/api/v1/auth/code", {"email": creator.email})

    answer = suspend(api(staff), creator)

    assert (answer.status_code, answer.json()) == (200, {"handle": "ming", "suspended": True})
    assert [bearing(token).get("/api/v1/me").status_code for token in (session, key)] == [401, 401]
    assert not Token.objects.exists() and not KnownDevice.objects.exists() and not SignInCode.objects.exists()


def test_what_runs_for_a_suspended_person_is_cancelled(api: Any, creator: User, staff: User) -> None:
    prompts = [{"prompt": prompt, "seconds": 2} for prompt in ("一只狗", "一只猫")]
    made = [api(creator).post("/api/v1/generations", prompt).json() for prompt in prompts]
    queued, running = [one["clip"]["job"]["id"] for one in made]
    Job.objects.filter(pk=running).update(state="running")

    suspend(api(staff), creator)

    assert Job.objects.get(pk=queued).state == "cancelled"
    assert Job.objects.get(pk=running).cancel_requested


def test_posts_of_a_suspended_person_are_hidden_until_they_are_back(
    api: Any, creator: User, other: User, staff: User
) -> None:
    shown = post(creator, ready_clip(creator))
    paths = ["feed", f"posts/{shown.pk}", "creators/ming", "creators/ming/posts"]

    def seen() -> list[bool]:
        answers = [api(other).get(f"/api/v1/{path}") for path in paths]
        return [answer.status_code == 200 and "ming" in answer.content.decode() for answer in answers]

    before = seen()
    suspend(api(staff), creator)
    suspended = seen()
    restore(api(staff), creator)

    assert (before, suspended, seen()) == ([True] * 4, [False] * 4, [True] * 4)


def test_a_suspended_person_is_told_so_and_only_with_the_right_code(
    api: Any, visitor: Visitor, patiently: Any, staff: User
) -> None:
    visitor.sign_in(phone=PHONE)
    suspend(api(staff), User.objects.get(phone=PHONE))
    patiently()

    code = visitor.ask_code(phone=PHONE)
    wrong = visitor.log_in(phone=PHONE, code=f"{(int(code) + 1) % 10**6:06d}")
    right = visitor.log_in(phone=PHONE, code=code)

    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong-code")
    assert (right.status_code, right.json()["code"]) == (403, "account-closed")


def test_who_is_restored_signs_in_anew_and_old_tokens_stay_dead(
    api: Any, visitor: Visitor, patiently: Any, staff: User
) -> None:
    old = visitor.sign_in(phone=PHONE)
    user = User.objects.get(phone=PHONE)
    suspend(api(staff), user)
    patiently()

    assert restore(api(staff), user).json()["suspended"] is False
    assert old.get("/api/v1/me").status_code == 401
    assert visitor.sign_in(phone=PHONE).get("/api/v1/me").status_code == 200


def test_each_act_is_written_down_with_who_whom_and_why(api: Any, creator: User, staff: User) -> None:
    suspend(api(staff), creator, "spam in titles")
    suspend(api(staff), creator, "again")  # changes nothing, so it is no act
    restore(api(staff), creator, "it was a mistake")

    listed = api(staff).get(ACTIONS).json()["results"]

    assert [(one["actor"], one["action"], one["reason"]) for one in listed] == [
        ("staff", "restore", "it was a mistake"),
        ("staff", "suspend", "spam in titles"),
    ]
    assert {one["subject"] for one in listed} == {f"user:{creator.pk}"}
    assert listed[0]["details"] == {"handle": "ming"}


def test_what_was_written_down_outlives_both(api: Any, creator: User, person: Any, staff: User) -> None:
    actor = person("boss", is_staff=True)
    suspend(api(actor), creator)
    creator.delete()
    actor.delete()

    listed = api(staff).get(ACTIONS).json()["results"]

    assert [(one["actor"], one["details"]["handle"]) for one in listed] == [(None, "ming")]
    assert StaffAction.objects.count() == 1


def test_a_reason_is_asked_for(api: Any, creator: User, staff: User) -> None:
    assert suspend(api(staff), creator, " ").status_code == 400
    assert User.objects.get(pk=creator.pk).is_active


def test_nobody_suspends_themselves(api: Any, staff: User) -> None:
    answer = suspend(api(staff), staff)

    assert (answer.status_code, answer.json()["code"]) == (409, "own-account")


@pytest.mark.parametrize("kind", ["is_staff", "is_superuser"])
def test_staff_are_suspended_by_a_superuser_alone(api: Any, person: Any, staff: User, kind: str) -> None:
    colleague = person("colleague", **{kind: True})
    boss = person("boss", is_staff=True, is_superuser=True)

    refused = suspend(api(staff), colleague)

    assert (refused.status_code, refused.json()["code"]) == (403, "superuser-only")
    assert suspend(api(boss), colleague).status_code == 200


def test_whom_nobody_knows_is_not_found(api: Any, staff: User) -> None:
    answer = api(staff).post("/api/v1/users/nobody/suspend", {"reason": "spam"})

    assert (answer.status_code, answer.json()["code"]) == (404, "user-not-found")
