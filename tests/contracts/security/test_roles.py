"""Staff do what their roles say, and read what staff may read."""

from typing import Any

import pytest

from tests.conftest import Api
from tests.contracts.objects import make_things
from tests.contracts.test_idor_matrix import STAFF, WHO, ask

NEEDED = {"waitlist": "admission", "invites": "admission"}
ACTS = sorted(route for route in WHO if WHO[route] == STAFF)


def needed(route: str) -> str:
    """What README promises, spelt out once more."""
    method, path = route.split()
    if path.startswith(("waitlist/segments", "waitlist/rules")) and method != "GET":
        return "owner"
    return "viewer" if method == "GET" else NEEDED.get(path.split("/")[0], "support")


@pytest.mark.parametrize("route", ACTS)
@pytest.mark.parametrize("given", ["viewer", "support", "admission", "owner"])
def test_a_role_reaches_its_own_routes_alone(
    route: str, given: str, api: Api, person: Any, creator: Any
) -> None:
    things = make_things(creator, api)
    clerk = person("clerk", is_staff=True, is_superuser=given == "owner", given_roles=[given])

    status = ask(api(clerk), route, things)

    may = given == "owner" or needed(route) in ("viewer", given)
    assert status < 300 if may else status == 403


def test_the_answer_names_the_role_and_me_says_which_one_has(api: Api, person: Any) -> None:
    viewer = person("viewer", is_staff=True, given_roles=[])

    answer = api(viewer).post("/api/v1/waitlist/admit", {"count": 1})

    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")
    assert "“admission”" in answer.json()["detail"]
    assert api(viewer).get("/api/v1/me").json()["roles"] == ["viewer"]


def test_a_role_without_being_staff_is_nothing(api: Api, person: Any) -> None:
    former = person("former", is_staff=False, given_roles=["support", "admission"])

    assert api(former).post("/api/v1/waitlist/admit", {"count": 1}).json()["code"] == "staff-only"
    assert api(former).get("/api/v1/me").json()["roles"] == []
