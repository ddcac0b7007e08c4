"""The IDOR matrix: every route of the schema × {anonymous, owner, other, staff}.

The routes come from the schema; what each must answer comes from the table below. A route that is not in
the table fails, so that nobody adds one without saying who may reach it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from creator.models import User
from tests.conftest import Api
from tests.contracts.objects import INVITE, Things, make_things

PUBLIC, MEMBER, OWN, STAFF = "public", "member", "own", "staff"
"""Who may ask: anybody; anybody signed in, about themselves; the owner of the thing; staff."""

WHO = {
    "POST auth/code": PUBLIC,
    "POST auth/login": PUBLIC,
    "POST auth/logout": MEMBER,
    "POST auth/rotate": MEMBER,
    "POST auth/ticket": MEMBER,
    "GET sessions": MEMBER,
    "DELETE sessions": MEMBER,
    "DELETE sessions/{id}": OWN,
    "GET me": MEMBER,
    "PATCH me": MEMBER,
    "DELETE me": MEMBER,
    "GET waitlist": MEMBER,
    "POST waitlist": MEMBER,
    "DELETE waitlist": MEMBER,
    "POST waitlist/admit": STAFF,
    "GET waitlist/segments": STAFF,
    "POST waitlist/segments": STAFF,
    "PATCH waitlist/segments/{id}": STAFF,
    "DELETE waitlist/segments/{id}": STAFF,
    "GET waitlist/rules": STAFF,
    "PATCH waitlist/rules": STAFF,
    "GET invites": STAFF,
    "POST invites": STAFF,
    "POST invites/revoke": STAFF,
    "POST invites/redeem": MEMBER,
    "POST users/{handle}/suspend": STAFF,
    "POST users/{handle}/restore": STAFF,
    "GET staff/actions": STAFF,
    "GET credits": MEMBER,
    "GET keys": MEMBER,
    "POST keys": MEMBER,
    "DELETE keys/{id}": OWN,
    "POST keys/{id}/rotate": OWN,
    "GET jobs": MEMBER,
    "GET jobs/{id}": OWN,
    "POST jobs/{id}/cancel": OWN,
    "POST jobs/{id}/retry": OWN,
    "GET jobs/{id}/events": OWN,
    "GET clips": MEMBER,
    "GET clips/{id}": OWN,
    "DELETE clips/{id}": OWN,
    "POST clips/{id}/trim": OWN,
    "POST clips/{id}/reframe": OWN,
    "POST clips/{id}/upscale": OWN,
    "POST uploads": MEMBER,
    "GET stills": MEMBER,
    "GET stills/{id}": OWN,
    "DELETE stills/{id}": OWN,
    "GET tracks": MEMBER,
    "GET tracks/{id}": OWN,
    "DELETE tracks/{id}": OWN,
    "GET models": MEMBER,
    "POST generations/quote": MEMBER,
    "GET generations": MEMBER,
    "POST generations": MEMBER,
    "GET generations/{id}": OWN,
    "DELETE generations/{id}": OWN,
    "POST generations/{id}/cancel": OWN,
    "POST generations/{id}/extend": OWN,
    "POST generations/{id}/rerun": OWN,
    "GET drafts": MEMBER,
    "POST drafts": MEMBER,
    "GET drafts/{id}": OWN,
    "PATCH drafts/{id}": OWN,
    "DELETE drafts/{id}": OWN,
    "POST drafts/{id}/undo": OWN,
    "POST drafts/{id}/redo": OWN,
    "POST drafts/{id}/render": OWN,
    "POST drafts/{id}/preview": OWN,
    "GET drafts/{id}/explain": OWN,
    "GET drafts/{id}/captions": OWN,
    "PUT drafts/{id}/captions": OWN,
    "GET drafts/{id}/otio": OWN,
    "POST drafts/otio": MEMBER,
    "GET drafts/{id}/revisions": OWN,
    "GET drafts/{id}/revisions/{number}": OWN,
    "PATCH drafts/{id}/revisions/{number}": OWN,
    "POST drafts/{id}/revisions/{number}/restore": OWN,
    "GET templates": MEMBER,
    "POST templates/{name}/fill": MEMBER,
    "GET posts": MEMBER,
    "POST posts": MEMBER,
    "GET posts/{id}": OWN,
    "PATCH posts/{id}": OWN,
    "DELETE posts/{id}": OWN,
    "POST posts/{id}/like": OWN,
    "DELETE posts/{id}/like": OWN,
    "POST posts/{id}/takedown": STAFF,
    "POST posts/{id}/reinstate": STAFF,
    "POST moderation/cases": STAFF,
    "GET moderation/cases/{id}": STAFF,
    "GET feed": MEMBER,
    "GET creators/{handle}": MEMBER,
    "GET creators/{handle}/posts": MEMBER,
}

BODIES: dict[str, dict[str, Any]] = {
    "POST clips/{id}/trim": {"start": 0, "end": 1},
    "POST clips/{id}/reframe": {"aspect": "9:16", "mode": "crop"},
    "POST clips/{id}/upscale": {"height": 1080},
    "POST generations/{id}/extend": {"seconds": 2},
    "PATCH posts/{id}": {"title": "mine"},
    "PATCH drafts/{id}": {"title": "mine"},
    "PUT drafts/{id}/captions": {"text": "1\n00:00:00,000 --> 00:00:01,000\nmine"},
    "PATCH drafts/{id}/revisions/{number}": {"name": "mine"},
    "POST waitlist/admit": {"count": 1},
    "POST waitlist/segments": {"name": "hosts", "head_start": 3600},
    "PATCH waitlist/segments/{id}": {"head_start": 60},
    "PATCH waitlist/rules": {"most_referrals": 3},
    "POST invites": {"uses": 1},
    "POST invites/revoke": {"code": INVITE},
    "POST posts/{id}/takedown": {"reason": "spam"},
    "POST moderation/cases": {"person": "ming", "reason": "reported"},
    "POST users/{handle}/suspend": {"reason": "spam"},
    "POST users/{handle}/restore": {"reason": "appeal"},
}


READ_BY_ALL = {"GET posts/{id}", "POST posts/{id}/like", "DELETE posts/{id}/like"}
DENIED = {401, 403, 404}
# Nothing of one's own to show yet.
MAY_HAVE_NOTHING = {"GET waitlist": 404, "DELETE waitlist": 404, "POST invites/redeem": 404}
MAY_HAVE_NOTHING |= {"POST auth/rotate": 403, "POST auth/ticket": 403}  # these clients bear no token


def routes() -> Iterator[str]:
    """Every operation of the schema, as in the table: `GET clips/{id}`."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for path, operations in paths.items():
        for method in operations:
            yield f"{method.upper()} {path.removeprefix('/api/v1/')}"


def ask(client: APIClient, route: str, things: Things) -> int:
    """The status of asking for `route` about one of `things`."""
    method, address = route.split(" ")[0], address_of(route, things)
    return int(
        client.generic(method, address, json.dumps(BODIES.get(route, {})), "application/json").status_code
    )


def address_of(route: str, things: Things) -> str:
    """The path of `route` about one of `things`."""
    path = route.split(" ")[1]
    thing = str(things.get(path.split("/")[0], ""))
    return re.sub(r"{\w+}", thing, f"/api/v1/{path}".replace("{number}", "1"))


@pytest.fixture
def things(creator: User, api: Api) -> Things:
    return make_things(creator, api)


def test_every_route_says_who_may_reach_it() -> None:
    assert set(routes()) == set(WHO)


@pytest.mark.parametrize("route", sorted(WHO))
def test_a_stranger_is_asked_to_sign_in(route: str, things: Things, api: Api) -> None:
    status = ask(api(), route, things)

    assert status not in DENIED if WHO[route] == PUBLIC else status == 401


@pytest.mark.parametrize("route", sorted(WHO))
def test_the_owner_gets_there(route: str, things: Things, api: Api, creator: User) -> None:
    status = ask(api(creator), route, things)

    assert (
        status == 403
        if WHO[route] == STAFF
        else status not in DENIED or MAY_HAVE_NOTHING.get(route) == status
    )


@pytest.mark.parametrize("route", sorted(route for route in WHO if WHO[route] == OWN))
def test_for_anybody_else_it_does_not_exist(route: str, things: Things, api: Api, other: User) -> None:
    status = ask(api(other), route, things)

    assert status < 300 if route in READ_BY_ALL else status == 404


@pytest.mark.parametrize("route", sorted(route for route in WHO if WHO[route] in {OWN, STAFF}))
def test_staff_reach_their_own_routes_and_nobody_s_things(
    route: str, things: Things, api: Api, staff: User
) -> None:
    User.objects.filter(pk=staff.pk).update(is_superuser=True)  # who has every role (test_roles)
    staff.refresh_from_db()
    status = ask(api(staff), route, things)

    lets_in = WHO[route] == STAFF or route in READ_BY_ALL
    assert status < 300 if lets_in else status == 404


@pytest.mark.parametrize(
    "route", sorted(route for route in WHO if route.startswith("GET") and "{" not in route)
)
def test_nobody_s_list_shows_what_is_another_s(route: str, things: Things, api: Api, other: User) -> None:
    listed = api(other).get(f"/api/v1/{route.split()[1]}").content.decode()
    public = {"posts", "creators", "templates", "users"}
    private = [str(things[kind]) for kind in things if kind not in public]

    assert not [key for key in private if key in listed]


@pytest.mark.parametrize("route", ["POST generations", "POST drafts", "POST posts", "POST uploads"])
def test_before_admission_nothing_is_made_and_the_answer_says_how_to_apply(
    route: str, waiting: User, api: Api
) -> None:
    answer = api(waiting).post(f"/api/v1/{route.split()[1]}", BODIES.get(route, {}))

    assert (answer.status_code, answer.json()["code"]) == (403, "not-admitted")
    assert "POST /api/v1/waitlist" in answer.json()["detail"]
