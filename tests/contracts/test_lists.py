"""Every list is filtered, ordered and paged by the same parameters, and refuses what it cannot read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from creator.models import User
from jobs.ledger.states import State as JobState
from jobs.models import Job
from library.models import Clip, Still, Track
from tests.conftest import Api
from tests.contract import committed

FILTERED = ("clips", "stills", "tracks", "generations", "drafts", "posts", "jobs")


def paged() -> Iterator[str]:
    """Every route of the schema that takes a cursor."""
    for path, methods in committed()["paths"].items():
        parameters = str(methods.get("get", {}).get("parameters"))
        if "cursor" in parameters and "{" not in path:
            yield path.removeprefix("/api/v1/")


def names(path: str) -> set[str]:
    """The query parameters of a list, in the schema."""
    told = committed()["paths"][f"/api/v1/{path}"]["get"]["parameters"]
    return {one.get("name") or one["$ref"].rpartition("/")[2] for one in told}


@pytest.mark.parametrize("path", FILTERED)
def test_every_list_of_one_s_own_takes_the_same_parameters(path: str) -> None:
    assert names(path) >= {"cursor", "limit", "ordering", "created_after", "created_before"}
    assert ("state" in names(path)) is (path not in {"stills", "drafts"})
    assert ("search" in names(path)) is (path != "jobs")


@pytest.mark.parametrize("path", sorted(paged()))
@pytest.mark.parametrize("asked", ["limit=0", "limit=101", "limit=ten", "limit=-1", "limit=１"])
def test_a_bad_limit_is_refused_everywhere_with_what_is_accepted(
    path: str, asked: str, creator: User, api: Api
) -> None:
    who = creator
    if path.startswith(("staff", "invites", "waitlist")):
        who = User.objects.create(handle="staff", is_staff=True)
    answer = api(who).get(f"/api/v1/{path}?{asked}")

    assert (answer.status_code, answer.json()["code"]) == (400, "limit-invalid")
    assert answer.json()["errors"][0]["field"] == "limit" and "1 to 100" in answer.json()["detail"]


@pytest.mark.parametrize("path", sorted(paged()))
def test_a_bad_cursor_is_refused_everywhere(path: str, creator: User, api: Api) -> None:
    who = creator
    if path.startswith(("staff", "invites", "waitlist")):
        who = User.objects.create(handle="staff", is_staff=True)
    _one_of_each(who)

    answers = [api(who).get(f"/api/v1/{path}?cursor={cursor}") for cursor in ("x", "cD1hYmM=", "%FF")]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "cursor-invalid")}


@pytest.mark.parametrize("path", FILTERED)
@pytest.mark.parametrize(
    ("asked", "accepted"),
    [
        ("ordering=name", "created_at, -created_at"),
        ("created_after=yesterday", "YYYY-MM-DD"),
        ("created_before=2026-12-01T10:00:00", "time zone"),
        ("created_before=2026-13-01", "YYYY-MM-DD"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_with_what_is_accepted(
    path: str, asked: str, accepted: str, creator: User, api: Api
) -> None:
    answer = api(creator).get(f"/api/v1/{path}?{asked}")

    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert problem["field"] == asked.partition("=")[0] and accepted in problem["detail"]


@pytest.mark.parametrize("path", [path for path in FILTERED if path not in {"stills", "drafts"}])
def test_a_state_that_there_is_not_is_refused_with_those_that_there_are(
    path: str, creator: User, api: Api
) -> None:
    (problem,) = api(creator).get(f"/api/v1/{path}?state=nice").json()["errors"]

    assert problem["field"] == "state" and "failed" in problem["detail"]


def _one_of_each(owner: User) -> None:
    Clip.objects.create(owner=owner, origin="edit", width=2, height=2, fps=30, seconds=1)
    Still.objects.create(owner=owner, width=2, height=2)
    Track.objects.create(owner=owner, seconds=1)
    Job.objects.create(owner=owner, kind="toy", pool="cpu")


def _clip(owner: User, title: str, *, state: str = "ready", origin: str = "edit", days: int = 0) -> None:
    clip = Clip.objects.create(
        owner=owner, origin=origin, state=state, title=title, width=2, height=2, fps=30, seconds=1
    )
    Clip.objects.filter(pk=clip.pk).update(created_at=timezone.now() - timedelta(days=days))


def test_clips_are_found_by_what_they_are_when_they_were_made_and_their_words(
    creator: User, other: User, api: Api
) -> None:
    _clip(creator, "赛龙舟", days=9)
    _clip(creator, "Red Dog", state="failed")
    _clip(creator, "red fox", origin="upload")
    _clip(creator, "a look at it", origin="preview")
    _clip(other, "red cat")

    def found(**asked: Any) -> list[str]:
        answer = api(creator).get("/api/v1/clips", asked)
        return [clip["title"] for clip in answer.json()["results"]]

    week_ago = (timezone.now() - timedelta(days=7)).isoformat()
    assert found() == ["red fox", "Red Dog", "赛龙舟"]
    assert found(ordering="created_at") == ["赛龙舟", "Red Dog", "red fox"]
    assert found(state="ready") == ["red fox", "赛龙舟"]
    assert found(origin="upload", state="ready") == ["red fox"]
    assert found(search="RED") == ["red fox", "Red Dog"]
    assert found(search="龙舟") == ["赛龙舟"]
    assert found(search="%") == []
    assert len(found(search="")) == 3
    assert found(created_after=week_ago) == ["red fox", "Red Dog"]
    assert found(created_before=week_ago) == ["赛龙舟"]


def test_the_next_page_keeps_filter_and_order(creator: User, api: Api) -> None:
    for number in range(5):
        _clip(creator, f"{number}", state="ready" if number % 2 == 0 else "failed")

    first = api(creator).get("/api/v1/clips?limit=2&ordering=created_at&state=ready").json()
    second = api(creator).get(first["next"]).json()
    back = api(creator).get(second["previous"]).json()

    assert [clip["title"] for clip in first["results"] + second["results"]] == ["0", "2", "4"]
    assert [clip["title"] for clip in back["results"]] == ["0", "2"]


def test_jobs_are_listed_by_their_state_to_their_owner(creator: User, other: User, api: Api) -> None:
    for owner, state in ((creator, JobState.WAITING), (creator, JobState.DONE), (other, JobState.DONE)):
        Job.objects.create(owner=owner, kind="toy", pool="cpu", state=state.value)

    def found(asked: str) -> list[str]:
        return [job["state"] for job in api(creator).get(f"/api/v1/jobs{asked}").json()["results"]]

    assert (found(""), found("?state=done")) == (["done", "waiting"], ["done"])


@pytest.mark.parametrize("path", FILTERED)
def test_a_filtered_list_is_read_along_the_index_of_its_owner(
    path: str, creator: User, api: Api, django_assert_max_num_queries: Any
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("EXPLAIN QUERY PLAN is SQLite's; PostgreSQL chooses by how many rows there are")
    asked = "?limit=2&created_after=2020-01-01T00:00:00Z"
    asked += "&state=failed" if "state" in names(path) else ""
    with django_assert_max_num_queries(30) as ran:
        api(creator).get(f"/api/v1/{path}{asked}")
    (query,) = (one["sql"] for one in ran.captured_queries if "2020-01-01" in one["sql"])

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "USING INDEX" in plan and "owner_id=?" in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan
