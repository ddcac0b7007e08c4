"""Every route that changes something has a limit; who goes beyond one is told which, and for how long."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config import limits as page
from config.configuration import ROOMS
from config.http.patience import Patience
from creator.accounts.tokens import issue, issue_session
from creator.errors import LimitReached, RateLimited
from creator.limits import catalogue, require_room, spend
from creator.models import Token, User
from tests.conftest import Api
from tests.creator.conftest import bearing

ROOT = Path(__file__).resolve().parents[3]
MUTATING = {"post", "put", "patch", "delete"}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """(route, HTTP method, the view's function for it) of everything that changes something."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "cls", None) or getattr(entry.callback, "view_class", None)
            actions = getattr(entry.callback, "actions", None) or {name: name for name in MUTATING}
            for method in MUTATING & set(actions):
                if function := getattr(view, actions[method], None):
                    yield route, method, function


ROUTES = {
    f"{method.upper()} {route}": function for route, method, function in routes(get_resolver().url_patterns)
}


def test_there_are_routes_to_look_at() -> None:
    assert len(ROUTES) > 30


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_that_changes_something_has_a_limit(route: str) -> None:
    assert getattr(ROUTES[route], "limits", ()), f"{route}: decorate its method with @limited(…)"


def test_an_answer_tells_what_is_left(api: Api, creator: User, settings: Any) -> None:
    settings.LIMITS = {"writes": 5}

    answer = api(creator).patch("/api/v1/me", {"display_name": "Ming"})

    assert answer["RateLimit-Policy"] == '"writes";q=5;w=600'
    assert answer["RateLimit"] == '"writes";r=4;t=600'


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Try again in 10 minutes"), ("zh-hans", "请在 10 分钟后重试")]
)
def test_beyond_a_limit_the_answer_says_which_and_when(
    api: Api, creator: User, settings: Any, language: str, words: str
) -> None:
    settings.LIMITS = {"writes": 1}
    client = api(creator, language)
    client.patch("/api/v1/me", {"display_name": "Ming"})

    answer = client.patch("/api/v1/me", {"display_name": "Ming 2"})

    assert (answer.status_code, answer.json()["code"]) == (429, "too-often")
    assert words in answer.json()["detail"]
    assert 0 < int(answer["Retry-After"]) <= 600
    assert answer["RateLimit-Policy"] == '"writes";q=1;w=600'
    assert answer["RateLimit"].startswith('"writes";r=0;t=')


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 seconds"), (119, "119 seconds"), (120, "2 minutes"), (7199, "120 minutes"), (85490, "24 hours")],
)
def test_how_long_is_said_as_people_count(seconds: int, words: str) -> None:
    refused = RateLimited(limit="writes", most=1, window=86400, seconds=seconds)

    assert str(refused) == f"That was asked too often. Try again in {words}."


def test_who_has_used_up_everything_may_still_sign_out_and_end_a_leaked_key(
    creator: User, settings: Any
) -> None:
    session, (key, leaked) = issue_session(creator)[1], issue(creator, kind=Token.Kind.KEY)
    settings.LIMITS = {"writes": 0, "endings": 1}
    by_key, by_session = bearing(leaked), bearing(session)

    assert by_key.patch("/api/v1/me", {}).status_code in (403, 429)
    assert by_session.delete(f"/api/v1/keys/{key.pk}").status_code == 204
    assert by_session.post("/api/v1/auth/logout").status_code == 429  # the second of this token
    assert bearing(issue_session(creator)[1]).post("/api/v1/auth/logout").status_code == 204


def test_what_staff_did_as_creators_keeps_them_from_no_suspension(
    api: Api, staff: User, creator: User, settings: Any
) -> None:
    settings.LIMITS = {"writes": 0}

    assert api(staff).post(f"/api/v1/users/{creator.handle}/suspend", {"reason": "spam"}).status_code == 200


def test_a_neighbour_has_a_limit_of_their_own(api: Api, creator: User, other: User, settings: Any) -> None:
    settings.LIMITS = {"writes": 1}
    api(creator).patch("/api/v1/me", {"display_name": "Ming"})

    assert api(other).patch("/api/v1/me", {"display_name": "Hua"}).status_code == 200


@pytest.mark.django_db
def test_more_at_once_than_the_limit_is_refused_whole() -> None:
    with pytest.raises(RateLimited):
        spend("likes", "me", catalogue.LIMITS["likes"].most + 1)

    assert spend("likes", "me").left == catalogue.LIMITS["likes"].most - 1


def test_what_exists_at_once_has_a_most(settings: Any) -> None:
    settings.LIMITS = {"drafts": 2}
    require_room("drafts", held=1)

    with pytest.raises(LimitReached):
        require_room("drafts", held=2)


@pytest.mark.parametrize(
    "changed", [{"draughts": 1}, {"drafts": -1}, {"drafts": "many"}, {"drafts": True}, {"head_wait": 0}]
)
def test_a_limit_set_wrongly_is_told_at_the_start(changed: dict[str, Any]) -> None:
    with pytest.raises(catalogue.UnknownLimit, match="LIMITS"):
        catalogue.check(changed)


def test_the_committed_page_is_the_catalogue() -> None:
    assert page.PAGE.read_text() == page.document()


def test_every_limit_is_kept_somewhere() -> None:
    """A row that no code asks for would promise what nobody keeps."""
    asked, composed = names_in_the_product()

    forgotten = {
        name
        for name in catalogue.LIMITS
        if name not in asked and not any(pattern.fullmatch(name) for pattern in composed)
    }

    assert forgotten - {field.name for field in fields(Patience)} == set()


def test_the_size_of_a_body_is_one_number(settings: Any) -> None:
    """Settings are read before models are, so they cannot ask the catalogue."""
    assert catalogue.LIMITS["body"].most == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def names_in_the_product() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text in product code; and what is composed to ask for a limit, as patterns: `running_{}_jobs`."""
    texts, composed = set(), []
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())) if path.name != "catalogue.py" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("most", "require_room"):
                composed += [
                    re.compile(re.sub(r"\{.*?\}", "[a-z]+", ast.unparse(argument)[2:-1]))
                    for argument in node.args
                    if isinstance(argument, ast.JoinedStr)
                ]
    return texts, composed
