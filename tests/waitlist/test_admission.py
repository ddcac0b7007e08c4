"""The waiting line and the invites, through their routes."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from creator.credits import ledger
from creator.models import User
from waitlist.models import Invite

LINE, ADMIT, INVITES, REDEEM = (
    f"/api/v1/{path}" for path in ("waitlist", "waitlist/admit", "invites", "invites/redeem")
)


def _apply(api: Any, *users: User) -> None:
    for user in users:
        assert api(user).post(LINE, {"reason": "想试试"}).status_code == 201


def test_a_place_in_the_line_counts_those_ahead(api: Any, person: Any) -> None:
    first, second = person("first", admitted=False), person("second", admitted=False)
    _apply(api, first, second)

    place = api(second).get(LINE).json()

    assert (place["state"], place["place"], place["length"]) == ("waiting", 2, 2)
    assert place["reason"] == "想试试"


def test_applying_again_keeps_the_place(api: Any, person: Any) -> None:
    first, second = person("first", admitted=False), person("second", admitted=False)
    _apply(api, first, second, first)

    assert api(first).get(LINE).json()["place"] == 1


def test_whoever_has_not_applied_is_told_how(api: Any, waiting: User) -> None:
    answer = api(waiting).get(LINE)

    assert (answer.status_code, answer.json()["code"]) == (404, "not-in-line")
    assert "POST /api/v1/waitlist" in answer.json()["detail"]


def test_staff_admit_from_the_front_and_welcome_with_credits(
    api: Any, person: Any, staff: User, settings: Any
) -> None:
    first, second = person("first", admitted=False), person("second", admitted=False)
    _apply(api, first, second)

    answer = api(staff).post(ADMIT, {"count": 1})

    assert answer.json() == {"admitted": 1}
    assert api(first).get("/api/v1/me").json()["is_admitted"] is False  # the object at hand is the old one
    first.refresh_from_db()
    assert api(first).get(LINE).json()["state"] == "admitted"
    assert ledger.balance(first) == (settings.SIGNUP_CREDITS, 0)
    assert api(second).get(LINE).json()["place"] == 1


def test_admitting_more_than_there_are_admits_those_there_are(api: Any, waiting: User, staff: User) -> None:
    _apply(api, waiting)

    assert api(staff).post(ADMIT, {"count": 50}).json() == {"admitted": 1}
    assert api(staff).post(ADMIT, {"count": 50}).json() == {"admitted": 0}


def test_only_staff_admit_or_invite(api: Any, creator: User) -> None:
    assert api(creator).post(ADMIT, {"count": 1}).status_code == 403
    assert api(creator).post(INVITES, {"uses": 1}).status_code == 403
    assert api().post(ADMIT, {"count": 1}).status_code == 401


@pytest.mark.parametrize("count", [0, -1, 10_001, "many"])
def test_a_count_out_of_bounds_is_named(api: Any, staff: User, count: Any) -> None:
    answer = api(staff).post(ADMIT, {"count": count})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "count"


def test_the_command_admits_as_the_route_does(api: Any, waiting: User) -> None:
    _apply(api, waiting)
    said = StringIO()

    call_command("admit", "3", stdout=said)

    assert said.getvalue().strip() == "admitted 1"
    assert User.objects.get(pk=waiting.pk).is_admitted


def test_an_admitted_creator_needs_no_place(api: Any, creator: User) -> None:
    assert api(creator).post(LINE).status_code == 409
    assert api(creator).get(LINE).json()["state"] == "admitted"


def test_an_invite_opens_exactly_as_often_as_it_says(api: Any, person: Any, staff: User) -> None:
    code = api(staff).post(INVITES, {"uses": 2}).json()["code"]
    people = [person(name, admitted=False) for name in ("first", "second", "third")]

    answers = [api(user).post(REDEEM, {"code": code}) for user in people]

    assert [answer.status_code for answer in answers] == [200, 200, 410]
    assert [User.objects.get(pk=user.pk).is_admitted for user in people] == [True, True, False]
    assert Invite.objects.get().used == 2
    assert ledger.balance(people[2]) == (0, 0)


def test_redeeming_again_changes_nothing(api: Any, waiting: User, staff: User, settings: Any) -> None:
    code = api(staff).post(INVITES, {"uses": 2}).json()["code"]

    assert api(waiting).post(REDEEM, {"code": code}).json()["is_admitted"] is True
    assert api(waiting).post(REDEEM, {"code": f" {code[:5].lower()}-{code[5:]} "}).status_code == 200

    assert Invite.objects.get().used == 1
    assert ledger.balance(waiting).available == settings.SIGNUP_CREDITS


def test_an_invite_takes_a_waiting_person_out_of_the_line(api: Any, person: Any, staff: User) -> None:
    first, second = person("first", admitted=False), person("second", admitted=False)
    _apply(api, first, second)
    code = api(staff).post(INVITES, {"uses": 1, "code": "launch-2026"}).json()["code"]

    api(first).post(REDEEM, {"code": code})

    assert code == "LAUNCH2026"
    assert api(second).get(LINE).json()["place"] == 1


def test_somebody_admitted_does_not_use_up_an_invite(api: Any, creator: User, staff: User) -> None:
    code = api(staff).post(INVITES, {"uses": 1}).json()["code"]

    assert api(creator).post(REDEEM, {"code": code}).status_code == 409
    assert Invite.objects.get().used == 0


def test_codes_cannot_be_guessed_all_day(api: Any, waiting: User) -> None:
    statuses = [api(waiting).post(REDEEM, {"code": f"GUESS{number}"}).status_code for number in range(21)]

    assert statuses == [404] * 20 + [429]
    assert not User.objects.get(pk=waiting.pk).is_admitted


def test_codes_cannot_be_guessed_by_many_accounts_of_one_network(
    api: Any, person: Any, settings: Any
) -> None:
    settings.LIMITS = {"network_invite_tries": 3}
    people = [person(f"person-{number}", admitted=False) for number in range(4)]

    statuses = [api(one).post(REDEEM, {"code": "GUESS1"}).status_code for one in people]

    assert statuses == [404, 404, 404, 429]


def test_an_invite_code_is_chosen_once_and_from_letters_and_digits(api: Any, staff: User) -> None:
    assert api(staff).post(INVITES, {"uses": 1, "code": "LAUNCH"}).status_code == 201
    assert api(staff).post(INVITES, {"uses": 1, "code": "launch"}).status_code == 409
    assert api(staff).post(INVITES, {"uses": 1, "code": "龙舟龙舟"}).json()["code"] == "invite-invalid"


def test_the_command_makes_staff_of_a_phone_number(db: None) -> None:
    call_command("staff", phone="13800138000", stdout=StringIO())
    call_command("staff", phone="+8613800138000", stdout=StringIO())

    user = User.objects.get()
    assert (user.phone, user.is_staff, user.is_admitted) == ("+8613800138000", True, True)
    with pytest.raises(CommandError):
        call_command("staff", phone="110")


def test_the_command_makes_a_superuser_and_takes_it_all_back(db: None) -> None:
    def ranks(*options: str) -> tuple[bool, bool]:
        call_command("staff", "--email", "boss@example.org", *options, stdout=StringIO())
        return User.objects.values_list("is_staff", "is_superuser").get()

    assert [ranks("--superuser"), ranks(), ranks("--remove")] == [(True, True), (True, True), (False, False)]
    with pytest.raises(CommandError, match="Nobody"):
        call_command("staff", "--email", "nobody@example.org", "--remove")


def test_whom_staff_let_in_is_written_down(api: Any, waiting: User, staff: User) -> None:
    _apply(api, waiting)
    api(staff).post(ADMIT, {"count": 5})
    code = api(staff).post(INVITES, {"uses": 2}).json()["code"]

    written = api(staff).get("/api/v1/staff/actions").json()["results"]

    assert [(row["actor"], row["action"]) for row in written] == [("staff", "invite"), ("staff", "admit")]
    assert written[1]["subject"] == f"user:{waiting.pk}" and code not in str(written)


def test_the_command_gives_the_roles_it_is_told(db: None) -> None:
    def roles(*options: str) -> list[str]:
        call_command("staff", "--email", "clerk@example.org", *options, stdout=StringIO())
        return list(User.objects.get().roles)

    assert roles() == ["viewer", "support", "admission"]
    assert roles("--role", "viewer") == ["viewer"]
    assert roles("--role", "support") == ["viewer", "support"]
    assert roles("--superuser") == ["viewer", "support", "admission", "owner"]
    assert roles("--remove") == []
