"""Requests mean what they say: no route ignores a name that it does not know, or guesses at a value."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from creator.models import User
from tests.conftest import Api
from tests.contract import committed
from tests.contracts.objects import Things, make_things
from tests.contracts.test_idor_matrix import BODIES, STAFF, WHO, address_of

ODD = "zzz"
Operation = dict[str, Any]


def operations() -> Iterator[tuple[str, Operation]]:
    """Every operation of the document, as the IDOR matrix names it."""
    for path, methods in committed()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path.removeprefix('/api/v1/')}", operation


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that `schema` refers to, or itself."""
    while "$ref" in schema:
        schema = committed()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "allOf" in schema:
        return resolved(schema["allOf"][0])
    return schema


def parameter(told: dict[str, Any]) -> dict[str, Any]:
    """The parameter that `told` refers to, or itself."""
    shared: dict[str, Any] = committed()["components"]["parameters"]
    return shared[told["$ref"].rpartition("/")[2]] if "$ref" in told else told


def json_body(operation: Operation) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    return resolved(content["application/json"]["schema"]) if "application/json" in content else None


@pytest.fixture
def asked(creator: User, person: Any, api: Api, settings: Any) -> Any:
    """Asks for a route about things of the creator's, as who may; staff's routes by an owner."""
    settings.LIMITS = {"writes": 10**6, "applications": 10**6}
    things: Things = make_things(creator, api)
    clients: dict[bool, APIClient] = {
        True: api(person("owner", is_staff=True, is_superuser=True)),
        False: api(creator),
    }

    def ask(route: str, body: Any = None, query: str = "") -> Any:
        client, method = clients[WHO[route] == STAFF], route.split()[0].lower()
        # of a GET what would be data is its query
        data = {} if method == "get" or body is None else {"data": body, "format": "json"}
        return getattr(client, method)(address_of(route, things) + query, **data)

    return ask


def told(answer: Any) -> list[tuple[str, str]]:
    """The fields that an answer finds wrong, with its codes."""
    if answer.status_code != 400:
        return []
    return [(error["field"], error["code"]) for error in answer.json().get("errors", ())]


def test_no_route_ignores_a_parameter_that_it_does_not_have(asked: Any) -> None:
    ignored = [
        route
        for route, _ in operations()
        if told(asked(route, query=f"?{ODD}=1")) != [(ODD, "unknown-parameter")]
    ]

    assert ignored == []


def test_no_route_takes_one_of_two_values_of_a_parameter(asked: Any) -> None:
    taken = [
        (route, one["name"])
        for route, operation in operations()
        for one in map(parameter, operation.get("parameters", ()))
        if one["in"] == "query"
        and told(asked(route, query=f"?{one['name']}=1&{one['name']}=2")) != [(one["name"], "repeated")]
    ]

    assert taken == []


def test_no_route_ignores_a_field_that_it_does_not_have(asked: Any) -> None:
    ignored = [
        route
        for route, operation in operations()
        if not route.startswith("GET")
        and operation.get("requestBody", {}).get("content", {}).keys() <= {"application/json"}
        and (ODD, "unknown-field") not in told(asked(route, {**BODIES.get(route, {}), ODD: 1}))
    ]

    assert ignored == []


def test_the_document_says_that_bodies_take_no_other_fields() -> None:
    bodies = {route: body for route, operation in operations() if (body := json_body(operation))}

    assert len(bodies) > 20
    assert [route for route, body in bodies.items() if body.get("additionalProperties") is not False] == []


def test_the_document_asks_for_nothing_that_the_server_alone_sets(asked: Any) -> None:
    refused = [
        (route, name)
        for route, operation in operations()
        for name in (json_body(operation) or {}).get("properties", {})
        if (name, "read-only") in told(asked(route, {name: None}))
    ]

    assert refused == []


def test_no_value_is_taken_for_one_of_another_json_type(asked: Any) -> None:
    """`"5"` and true are no numbers, 5 is no text, and so for every field of every body."""
    others: dict[str, list[Any]] = {
        "integer": ["5", True, [], {}],
        "number": ["5", True, [], {}],
        "string": [5, True, [], {}],
        "boolean": ["true", 1, 0, []],
        "array": [{}, "a", 5],
        "object": [[], "a", 5],
    }
    taken = [
        (route, name, value)
        for route, operation in operations()
        for name, schema in (json_body(operation) or {}).get("properties", {}).items()
        for value in others.get(kind_of(resolved(schema)), ())
        if name not in {re.split(r"[.\[]", field)[0] for field, _ in told(asked(route, {name: value}))}
    ]

    assert taken == []


def kind_of(schema: dict[str, Any]) -> str:
    """Its JSON type, null aside; of several schemas, that of the first."""
    first = resolved(next(iter(schema.get("oneOf") or schema.get("anyOf") or [schema])))
    kinds = first.get("type", "object" if "properties" in first else "")
    return next(kind for kind in kinds if kind != "null") if isinstance(kinds, list) else str(kinds)


@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        ("POST generations", {"scenes": [{"at": 1, "prompt": "猫", "zzz": 1}]}, "scenes[0].zzz"),
        ("POST generations", {"scenes": [{"at": "1", "prompt": "猫"}]}, "scenes[0].at"),
        ("POST generations", {"keyframes": [{"at": 1, "zzz": 1}]}, "keyframes[0].zzz"),
        ("POST posts", {"tags": [5]}, "tags[0]"),
        ("POST keys", {"name": "a", "scopes": [1]}, "scopes[0]"),
        ("POST templates/{name}/fill", {"clips": [7]}, "clips[0]"),
    ],
)  # fmt: skip
def test_what_is_within_is_held_to_the_same(asked: Any, route: str, body: Any, field: str) -> None:
    assert field in {name for name, _ in told(asked(route, body))}


@pytest.mark.parametrize("value", ["zzz", True, 5.5, [], {}])
def test_a_value_that_is_no_choice_is_told_which_there_are(asked: Any, value: Any) -> None:
    untold = [
        (route, name)
        for route, operation in operations()
        for name, schema in (json_body(operation) or {}).get("properties", {}).items()
        if (choices := resolved(schema).get("enum"))
        and not all(str(choice) in asked(route, {name: value}).content.decode() for choice in choices)
    ]

    assert untold == []


@pytest.mark.parametrize(
    ("route", "name"),
    [
        *[("PATCH posts/{id}", name) for name in ("id", "state", "created_at", "published_at", "likes")],
        *[("PATCH drafts/{id}", name) for name in ("id", "revision", "created_at")],
        *[("PATCH me", name) for name in ("id", "phone", "is_staff", "is_admitted")],
        ("PATCH drafts/{id}/revisions/{number}", "document"),
        ("POST generations", "cost"),
        ("POST invites", "used"),
        ("POST keys", "hint"),
    ],
)
def test_what_the_server_alone_sets_is_refused_as_such(asked: Any, route: str, name: str) -> None:
    assert (name, "read-only") in told(asked(route, {name: "x"}))


def test_the_nearest_name_that_exists_is_told_in_the_language_of_who_reads(api: Api, creator: User) -> None:
    body = api(creator).post("/api/v1/generations", {"prompt": "一只狗", "secnds": 3})
    query = api(creator, "zh-Hans").get("/api/v1/clips?limt=3")

    assert "the nearest is “seconds”" in body.json()["errors"][0]["detail"]
    assert "“limit”" in query.json()["errors"][0]["detail"]
    assert "没有" in query.json()["errors"][0]["detail"]


def test_a_form_takes_its_own_fields_and_each_once(api: Api, creator: User) -> None:
    def sent(**form: Any) -> list[tuple[str, str]]:
        return told(api(creator).post("/api/v1/uploads", form, format="multipart"))

    file = SimpleUploadedFile("a.png", b"no picture", "image/png")
    two = [SimpleUploadedFile(name, b"no picture", "image/png") for name in ("a.png", "b.png")]

    assert sent(file=file, tittle="a") == [("tittle", "unknown-field")]
    assert sent(file=two) == [("file", "repeated")]


def test_a_whole_number_may_be_written_with_a_point(api: Api, creator: User) -> None:
    """JSON has one kind of number, and its schema calls 24.0 an integer: so do we."""
    quoted = api(creator).post("/api/v1/generations/quote", {"prompt": "一只狗", "fps": 24.0, "seconds": 2})

    assert (quoted.status_code, quoted.json()["fps"]) == (200, 24)


def test_nothing_and_an_empty_object_are_the_same_where_nothing_is_taken(asked: Any) -> None:
    assert asked("POST posts/{id}/like").status_code == asked("POST posts/{id}/like", {}).status_code == 200
