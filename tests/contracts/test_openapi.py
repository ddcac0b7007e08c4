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
    "admit", "cancel", "explain", "export", "extend", "fill", "import", "join", "like", "name", "preview",
    "publish", "quote", "redeem", "redo", "reframe", "render", "request", "rerun", "restore", "retry",
    "sign", "stream", "suspend", "trim", "undo", "unlike", "upload", "upscale",
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
