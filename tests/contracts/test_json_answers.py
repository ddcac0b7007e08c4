"""JSON that a client has is not sent again, and what is long is compressed; what is secret is neither."""

import gzip
import json
from typing import Any

import pytest

from creator.models import User
from tests.conftest import Api
from tests.contracts.objects import ready_clip

pytestmark = pytest.mark.django_db
LIST = "/api/v1/clips"


@pytest.fixture
def clips(creator: User) -> list[Any]:
    return [ready_clip(creator) for _ in range(5)]


def test_a_list_that_has_not_changed_is_not_sent_again(api: Api, creator: User, clips: list[Any]) -> None:
    first = api(creator).get(LIST)
    tag = first["ETag"]
    again = api(creator).get(LIST, headers={"If-None-Match": tag})
    ready_clip(creator)
    changed = api(creator).get(LIST, headers={"If-None-Match": tag})

    assert tag.startswith('W/"')
    assert first["Cache-Control"] == again["Cache-Control"] == "private, no-cache"
    assert {"Accept-Language", "Authorization"} <= set(first["Vary"].split(", "))
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert (changed.status_code, len(changed.json()["results"])) == (200, 6)


@pytest.mark.parametrize(
    ("asked", "status"),
    [("*", 304), ('"a", {tag}', 304), ("{strong}", 304), ('W/"a"', 200), ("", 200), ("garbage", 200)],
)
def test_tags_are_compared_as_rfc_9110_has_it(api: Api, creator: User, asked: str, status: int) -> None:
    tag = api(creator).get("/api/v1/me")["ETag"]
    asked = asked.format(tag=tag, strong=tag.removeprefix("W/"))

    for method in (api(creator).get, api(creator).head):
        assert method("/api/v1/me", headers={"If-None-Match": asked}).status_code == status


def test_what_another_has_is_not_what_i_am_shown(api: Api, creator: User, other: User) -> None:
    theirs = api(other).get("/api/v1/me")["ETag"]

    mine = api(creator).get("/api/v1/me", headers={"If-None-Match": theirs})

    assert (mine.status_code, mine.json()["handle"]) == (200, creator.handle)


def test_a_condition_that_is_for_changes_stops_no_reading(api: Api, creator: User) -> None:
    asked = {"If-Match": '"other"', "If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}

    assert api(creator).get("/api/v1/me", headers=asked).status_code == 200


def test_long_json_is_compressed_for_who_can_read_it(api: Api, creator: User, clips: list[Any]) -> None:
    plain = api(creator).get(LIST)
    asked = {"Accept-Encoding": "gzip, deflate, br"}
    small = api(creator).get("/api/v1/me", headers=asked)
    answers = [api(creator).get(LIST, headers=asked) for _ in range(8)]

    assert len(plain.content) > 1024 and "Content-Encoding" not in plain and "Content-Encoding" not in small
    for answer in answers:
        assert answer["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer["Vary"]
        assert int(answer["Content-Length"]) == len(answer.content) < len(plain.content)
        assert answer["ETag"] == plain["ETag"]
        assert len(json.loads(gzip.decompress(answer.content))["results"]) == 5
    assert len({len(answer.content) for answer in answers}) > 1  # padded: the length tells of nothing
    again = api(creator).get(LIST, headers={**asked, "If-None-Match": answers[0]["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip;q=0", False),
        ("br, GZIP; q=0.000", False),
        ("gzip;q=0.5", True),
        ("identity", False),
        ("br, gzip", True),
    ],
)
def test_who_refuses_gzip_is_sent_none(
    api: Api, creator: User, clips: list[Any], accepted: str, is_compressed: bool
) -> None:
    answer = api(creator).get(LIST, headers={"Accept-Encoding": accepted})

    assert ("Content-Encoding" in answer) == is_compressed and "Accept-Encoding" in answer["Vary"]


def test_secrets_are_neither_compressed_nor_kept(api: Api, creator: User) -> None:
    asked = {"Accept-Encoding": "gzip"}
    made = api(creator).post("/api/v1/keys", {"name": "x" * 100}, headers=asked)

    assert made["Cache-Control"] == "no-store" and "ETag" not in made and "Content-Encoding" not in made


@pytest.mark.parametrize("path", ["/livez", "/api/v1/nothing", "/api/v1/me"])
def test_what_is_no_answer_of_the_api_is_kept_by_nobody(api: Api, path: str) -> None:
    answer = api().get(path)

    assert answer["Cache-Control"] == "no-store" and "ETag" not in answer
