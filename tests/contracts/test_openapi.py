"""The OpenAPI document is of use to those who generate a client from it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import JsonResponse

from config.errors import MEDIA_TYPE, STATUS, problem_details
from config.openapi.problems import UNLISTED_STATUSES
from tests.contract import committed, problems, undocumented

VERBS = (
    "get", "list", "create", "update", "replace", "delete",
    "admit", "cancel", "explain", "export", "extend", "fill", "import", "join", "leave", "like", "name",
    "preview", "publish", "quote", "redeem", "redo", "reframe", "render", "request", "rerun",
    "restore", "retry", "reinstate", "revoke", "rotate", "sign", "stream", "suspend", "take", "trim",
    "undo", "unlike", "upload", "upscale",
)  # fmt: skip


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in committed()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def examples() -> Iterator[Any]:
    """Every example beside its schema."""
    for _, operation in operations():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media in body.get("content", {}).values():
                if "example" in media:
                    yield pytest.param(media, id=operation["operationId"])
    problem = committed()["components"]["schemas"]["Problem"]
    yield pytest.param({"schema": problem, "example": problem["examples"][0]}, id="problem")


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, operation in operations()]

    assert sorted(names) == sorted(set(names))


def test_every_operation_is_named_by_a_verb_and_its_object() -> None:
    style = re.compile(rf"({'|'.join(VERBS)})([A-Z][a-z]+)+")

    assert [name for _, one in operations() if not style.fullmatch(name := one["operationId"])] == []


def test_every_operation_is_described_and_belongs_to_a_room() -> None:
    rooms = {tag["name"] for tag in committed()["tags"] if tag["description"]}

    untold = [route for route, one in operations() if not (one.get("description") and one.get("summary"))]
    astray = [route for route, one in operations() if not (len(one["tags"]) == 1 and {*one["tags"]} <= rooms)]

    assert (untold, astray) == ([], [])


def test_every_operation_tells_of_any_other_problem_and_lists_no_status_twice() -> None:
    for route, operation in operations():
        assert "default" in operation["responses"], route
        assert not {str(status) for status in UNLISTED_STATUSES} & operation["responses"].keys(), route


def test_every_status_listed_is_one_that_errors_have() -> None:
    known = {*map(str, STATUS.values()), "401", "default"}

    for route, operation in operations():
        assert {status for status in operation["responses"] if status[0] not in "23"} <= known, route


def test_ids_in_paths_are_uuids() -> None:
    for route, operation in operations():
        for parameter in operation.get("parameters", ()):
            if parameter.get("name") == "id":
                assert parameter["schema"]["format"] == "uuid", route


def parts(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document beside its place in it."""
    if isinstance(value, dict):
        yield place, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from parts(one, f"{place}/{name}")


def answered() -> dict[str, dict[str, Any]]:
    """The components that successful answers are made of, but for edit documents, which are sent as well, and
    for the data of events, which tells what there is to tell."""
    schemas, found = committed()["components"]["schemas"], set[str]()
    answers = [(status, one) for _, each in operations() for status, one in each["responses"].items()]
    bodies = [one for status, one in answers if status.startswith("2")]
    left = [place["$ref"] for _, place in parts(bodies) if "$ref" in place]
    while left:
        name = left.pop().rpartition("/")[2]
        if name not in found and not (name.startswith("Edit") or name.endswith("Data")):
            found.add(name)
            left += [place["$ref"] for _, place in parts(schemas[name]) if "$ref" in place]
    return {name: schemas[name] for name in sorted(found)}


def test_a_generated_client_has_a_name_for_every_object_and_every_choice() -> None:
    schemas = committed()["components"]["schemas"]
    top = {f"/components/schemas/{name}" for name in schemas}

    nameless = [
        place
        for place, part in parts(committed())
        if place not in top
        and (isinstance(part.get("enum"), list) or isinstance(part.get("properties"), dict))
    ]

    assert nameless == []


def test_no_component_is_named_as_a_generator_had_to() -> None:
    odd = re.compile(
        r"RequestRequest|ResponseResponse|^(Patched|Paginated|Null|Blank)|[0-9][0-9a-f]{2}$|Enum$"
    )

    assert [name for name in committed()["components"]["schemas"] if odd.search(name)] == []


def test_every_property_says_what_it_is() -> None:
    said = {"type", "const", "$ref", "oneOf", "anyOf", "allOf"}

    untold = [
        f"{place}/{name}"
        for place, part in parts(committed())
        for name, schema in part.get("properties", {}).items()
        if isinstance(schema, dict) and not said & schema.keys()
    ]

    assert untold == []


def test_an_answer_has_every_field_and_a_request_needs_none_that_has_a_default() -> None:
    optional = {
        name: missing
        for name, schema in answered().items()
        if (missing := schema.get("properties", {}).keys() - {*schema.get("required", ())})
    }
    needless = [
        (place, name)
        for place, part in parts(committed()["components"]["schemas"])
        for name in part.get("required", ())
        if isinstance(part["required"], list) and "default" in part["properties"][name]
    ]

    assert (optional, needless) == ({}, [])


def test_the_document_is_3_1_throughout_and_marks_no_direction() -> None:
    old = [place for place, part in parts(committed()) if {"nullable", "readOnly", "writeOnly"} & part.keys()]

    assert committed()["openapi"].startswith("3.1.")
    assert old == []


def test_every_operation_succeeds_in_one_way() -> None:
    """A generated function then answers one type, and the suite, which fails on a status that is not listed,
    has seen it."""
    two = {
        one["operationId"]: succeeds
        for _, one in operations()
        if len(succeeds := [status for status in one["responses"] if status.startswith("2")]) != 1
    }

    assert two == {"streamJobEvents": ["200", "204"]}


@pytest.mark.parametrize("media", [*examples()])
def test_every_example_is_what_its_schema_says(media: dict[str, Any]) -> None:
    closed = media["schema"] | {"unevaluatedProperties": False}  # a name the schema has not is a mistake

    assert problems(closed, media["example"]) == []


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (402, "not-enough-credits", "getClip was answered 402 not-enough-credits, which docs/openapi.yaml"),
        (404, "still-not-found", "getClip was answered 404 still-not-found; documented: ['not-found']."),
        (404, "not-found", None),
    ],
)
def test_an_answer_that_is_not_documented_is_noticed(status: int, code: str, told: str | None) -> None:
    answer = JsonResponse(problem_details(status, code, "…"), status=status, content_type=MEDIA_TYPE)

    noticed = undocumented("GET", "/api/v1/clips/01a21dc1-9708-7100-8d92-c025d7efc71b", answer)

    assert noticed is told is None or (noticed and told and noticed.startswith(told))


def test_a_body_that_its_schema_does_not_describe_is_noticed() -> None:
    noticed = undocumented("GET", "/api/v1/clips", JsonResponse({"next": 1, "previous": None, "results": []}))

    assert noticed is not None
    assert "$.next: 1 is not of type 'string', 'null'" in noticed
