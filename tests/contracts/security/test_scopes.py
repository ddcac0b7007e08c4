"""A key does what it was made for: every route needs a scope, and says which one is missing."""

import json
import re
from typing import Any

import pytest

from creator.accounts import tokens
from creator.accounts.authentication import token_for
from creator.models import Token, User
from creator.scopes import DEFAULT, Scope
from tests.conftest import Api
from tests.contract import CheckedClient
from tests.contracts.test_idor_matrix import PUBLIC, STAFF, WHO

SIGNED_IN = sorted(route for route in WHO if WHO[route] != PUBLIC)
ID = "01a21dc1-9708-7100-8d92-c025d7efc71b"
ROOMS = {"generations": "generate", "jobs": "generate", "posts": "publish", "creators": "publish"}
ROOMS |= dict.fromkeys(("clips", "stills", "tracks", "uploads", "drafts", "templates"), "edit")


def needed(route: str) -> str:
    """What README and docs promise, spelt out once more."""
    method, path = route.split()
    if WHO[route] == STAFF:
        return "admin"
    if route in {"GET keys", "GET sessions"}:
        return "account"
    if method == "GET" or route == "POST auth/ticket":
        return "read"
    return ROOMS.get(path.split("/")[0], "account")


def bearing(user: User, *scopes: str) -> CheckedClient:
    """A client with a key of `user` that has these scopes."""
    chosen = [Scope(scope) for scope in scopes]
    _, secret = tokens.issue(user, kind=Token.Kind.KEY, scopes=chosen)
    return CheckedClient(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


def ask(client: CheckedClient, route: str) -> Any:
    method, path = route.split()
    address = path.replace("{number}", "1").replace("{name}", "beat").replace("{handle}", "nobody")
    address = re.sub(r"{\w+}", ID, address)
    return client.generic(method, f"/api/v1/{address}", json.dumps({}), "application/json")


@pytest.mark.parametrize("route", SIGNED_IN)
def test_a_key_without_the_scope_of_a_route_is_told_which_it_needs(route: str, staff: User) -> None:
    others = [scope for scope in Scope.values if scope != needed(route)]

    answer = ask(bearing(staff, *others), route)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert f"“{needed(route)}”" in answer.json()["detail"]


@pytest.mark.parametrize("route", SIGNED_IN)
def test_a_key_with_that_scope_alone_gets_there(route: str, person: Any) -> None:
    owner = person("owner", is_staff=True, is_superuser=True)  # who has every role (test_roles)
    answer = ask(bearing(owner, needed(route)), route)

    assert answer.status_code != 401
    assert answer.status_code != 403 or answer.json()["code"] == "session-needed"


def test_a_key_made_without_saying_reads_and_makes_and_touches_no_account(api: Api, creator: User) -> None:
    made = api(creator).post("/api/v1/keys", {"name": "my script"}).json()

    assert sorted(made["scopes"]) == sorted(DEFAULT)
    found = token_for(made["key"])
    assert found and not found.has(Scope.ACCOUNT) and not found.has(Scope.ADMIN)


def test_a_key_cannot_do_more_than_its_owner(api: Api, creator: User, staff: User) -> None:
    asked = {"name": "my script", "scopes": ["read", "admin"]}

    refused, made = (api(person).post("/api/v1/keys", asked) for person in (creator, staff))

    assert (refused.status_code, refused.json()["code"]) == (403, "scope-beyond-owner")
    assert set(made.json()["scopes"]) == {"read", "admin"}


def test_who_is_no_longer_staff_has_no_staff_s_key(staff: User) -> None:
    key = bearing(staff, "admin")
    User.objects.filter(pk=staff.pk).update(is_staff=False)

    assert key.post("/api/v1/invites", {"uses": 1}).json()["code"] == "staff-only"


@pytest.mark.parametrize(("scopes", "powers"), [([], False), ([Scope.ADMIN], True)])
def test_staff_s_key_has_staff_s_powers_only_where_they_were_asked_for(
    staff: User, scopes: list[Scope], powers: bool
) -> None:
    _, secret = tokens.issue(staff, kind=Token.Kind.KEY, scopes=[Scope.READ, *scopes])
    found = token_for(secret)

    assert found and found.user.acts_as_staff is powers


@pytest.mark.parametrize("scopes", [[], ["everything"], "read"])
def test_a_key_is_made_for_scopes_there_are(api: Api, creator: User, scopes: Any) -> None:
    answer = api(creator).post("/api/v1/keys", {"name": "my script", "scopes": scopes})

    assert answer.status_code == 400


def test_a_session_may_do_all_that_its_person_may(staff: User) -> None:
    _, secret = tokens.issue_session(staff)
    found = token_for(secret)

    assert found and all(found.has(scope) for scope in Scope)
    assert found.user.acts_as_staff
