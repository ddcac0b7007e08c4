"""Every address answers HEAD where it answers GET, names its methods, and ends where it is said to end."""

import re
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from creator.models import User
from tests.conftest import Api
from tests.contract import committed

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OTHERS = {"/livez": {"get"}, "/readyz": {"get"}, "/api/schema/": {"get"}, "/media/a/b": {"get"}}
PATHS: dict[str, set[str]] = {path: {*methods} for path, methods in committed()["paths"].items()} | OTHERS


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", lambda _: str(uuid4()), path.replace("{number}", "1"))


@pytest.fixture
def client(api: Api, staff: User) -> APIClient:
    return api(staff)


def code(answer: Any) -> str:
    assert answer["Content-Type"] == "application/problem+json", answer["Content-Type"]
    return str(answer.json()["code"])


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_is_not_there_is_refused_with_those_that_are(client: APIClient, path: str) -> None:
    there = {name.upper() for name in PATHS[path]} & {*METHODS}
    for method in {*METHODS} - there:
        answer = client.generic(method, filled(path))

        assert (answer.status_code, code(answer)) == (405, "method-not-allowed"), method
        assert there <= set(answer["Allow"].split(", "))
        assert method not in answer["Allow"].split(", ")


@pytest.mark.parametrize("path", [path for path, methods in PATHS.items() if "get" in methods])
def test_head_is_answered_as_get_is(client: APIClient, path: str) -> None:
    address = filled(path)
    shown, told = client.get(address), client.head(address)

    assert told.status_code == shown.status_code
    assert told["Content-Type"] == shown["Content-Type"]
    assert told.content == b""


@pytest.mark.parametrize("path", PATHS)
def test_an_address_with_another_ending_is_another(client: APIClient, path: str) -> None:
    other = filled(path).removesuffix("/") if path.endswith("/") else filled(path) + "/"

    assert client.get(other).status_code in ((404, 405) if path == "/media/a/b" else (404,))
    assert code(client.get(other)) in ("not-found", "file-not-found")


@pytest.mark.parametrize("kind", ["image/png", "text/html", "text/event-stream"])
def test_who_takes_no_json_is_told(client: APIClient, kind: str) -> None:
    answer = client.get("/api/v1/me", headers={"Accept": kind})

    assert (answer.status_code, code(answer)) == (406, "not-acceptable")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/cbor", "x"])
def test_what_is_no_json_is_not_taken(client: APIClient, kind: str) -> None:
    answer = client.generic("PATCH", "/api/v1/me", "a=1", content_type=kind)

    assert (answer.status_code, code(answer)) == (415, "unsupported-media-type")


def test_a_name_that_the_server_does_not_go_by_is_refused_with_the_setting(client: APIClient) -> None:
    for host in ("10.0.2.2:8000", "evil.example", "x" * 300, "192.168.1.7"):
        answer = client.get("/api/v1/me", headers={"Host": host})

        assert (answer.status_code, code(answer)) == (400, "host-invalid")
        assert host[:100] in answer.json()["detail"] and "ALLOWED_HOSTS" in answer.json()["detail"]
        assert int(answer["Content-Length"]) == len(answer.content)
